// Declares Theme: every colour, size and font of the desktop, by name. Widgets ask it when they
// paint and repaint on changed(); nothing else in ui/ names a colour or a number of pixels that
// text lives in.
//
// Thread rule: GUI thread. Lifetime rule: made after QApplication, outlives every widget.
#ifndef LONGTAKE_UI_BASE_THEME_H_
#define LONGTAKE_UI_BASE_THEME_H_

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPixmap>
#include <QString>

class QDBusVariant;
class QPushButton;

namespace longtake::ui {

struct Colors {
  // Grounds, from the back to the front.
  QColor window;   // behind panels
  QColor surface;  // panels
  QColor raised;   // cards, inputs, menus
  QColor hover;
  QColor pressed;
  QColor line;  // the few hairlines there are
  // Words.
  QColor text;
  QColor textSoft;   // secondary, placeholders: at least 4.5:1 on surface and raised
  QColor textFaint;  // disabled, and lines that are no words
  // The one accent.
  QColor accent;
  QColor accentSoft;  // a tint to lie under text
  QColor onAccent;
  // Verdicts and states; never the only sign of anything.
  QColor good;
  QColor goodSoft;
  QColor warn;
  QColor warnSoft;
  QColor bad;
  QColor badSoft;
  // The timeline.
  QColor video;  // behind pictures
  QColor seen;
  QColor evidence;
  QColor citation;
  QColor cut;
  QColor wave;
  QColor playhead;
  // Markers: what a marker's stored colour name looks like.
  QColor marker(const QString& name) const;
};

// The button deletes something: red, also one that its box has dressed already.
void markDangerous(QPushButton* button);

// The colours that a marker may have, by their stored names.
QStringList markerColors();

class Theme : public QObject {
  Q_OBJECT

 public:
  enum class Mode { system, light, dark };
  enum class Font { small, body, strong, title, display, fixed };

  explicit Theme(QObject* parent = nullptr);

  void setMode(Mode mode);
  Mode mode() const { return mode_; }
  bool isDark() const { return dark_; }
  void setTextScale(double scale);  // 1.0 to 2.0
  double textScale() const { return textScale_; }

  const Colors& colors() const { return colors_; }
  QFont font(Font which) const;
  // A length for text to live in: n pixels at 100 % text.
  int px(double n) const;

  // The distances between things. Use these and no others.
  int gapTiny() const { return px(4); }
  int gapSmall() const { return px(8); }
  int gap() const { return px(12); }
  int gapLarge() const { return px(20); }
  int radius() const { return px(6); }

  // An icon of resources/icons/<name>.svg in the text's colour, the accent's when checked, faint
  // when disabled.
  QIcon icon(const QString& name) const;
  QPixmap pixmap(const QString& name, const QColor& color, int size, double ratio) const;

 signals:
  void changed();

 private slots:
  void onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void askSystem();
  void followSystem(unsigned scheme);
  void apply();
  QString styleSheet() const;

  Mode mode_ = Mode::system;
  bool systemDark_ = false;
  bool dark_ = false;
  double textScale_ = 1.0;
  QFont base_;
  Colors colors_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_THEME_H_
