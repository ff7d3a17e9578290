// Declares MatchLabel: wrapped, selectable text in which the words that are searched for are
// highlighted, the current match more than the others; and ElidedLabel: one line that ends in "…"
// where it must, with all of it as tooltip.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives them.
#ifndef LONGTAKE_UI_CONVERSATION_MATCH_LABEL_H_
#define LONGTAKE_UI_CONVERSATION_MATCH_LABEL_H_

#include <QLabel>

#include "ui/base/theme.h"

namespace longtake::ui {

// Where `needle` occurs in `text`, whatever the case; without overlaps.
QList<qsizetype> matchesOf(const QString& text, const QString& needle);

class MatchLabel : public QLabel {
  Q_OBJECT

 public:
  MatchLabel(const Theme& theme, Theme::Font font, QWidget* parent = nullptr);

  void setPlainText(const QString& text);
  void setThemeFont(Theme::Font font);
  const QString& plainText() const { return text_; }
  // current: the number of the match that is looked at, -1 = none.
  void setFind(const QString& needle, int current);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void render();
  void align();

  const Theme& theme_;
  Theme::Font font_;
  QString text_;
  QString needle_;
  int current_ = -1;
};

class ElidedLabel : public QWidget {
  Q_OBJECT

 public:
  ElidedLabel(const Theme& theme, Theme::Font font, QWidget* parent = nullptr);

  void setText(const QString& text);
  const QString& text() const { return text_; }
  // Shown by the tooltip below the text.
  void setDetails(const QString& details);
  void setColor(QColor Colors::*color);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  const Theme& theme_;
  const Theme::Font font_;
  QColor Colors::*color_ = &Colors::textSoft;
  QString text_;
  QString details_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_MATCH_LABEL_H_
