// Declares MarkerEditor: the card in which all of one marker can be changed. What was changed is
// one step to undo.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_MARKERS_MARKER_EDITOR_H_
#define LONGTAKE_UI_MARKERS_MARKER_EDITOR_H_

#include <QButtonGroup>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "ui/base/context.h"
#include "ui/markers/marker_book.h"

namespace longtake::ui {

class MarkerEditor : public QFrame {
  Q_OBJECT

 public:
  MarkerEditor(Context& context, QWidget* parent);

  // The keyboard goes to the label.
  void edit(MarkerBook::Key key);
  std::optional<MarkerBook::Key> key() const { return key_; }
  void close();

 signals:
  void closed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void build();
  bool save();   // false: a time is none, which the card says
  void leave();  // another video comes
  void restyle();
  // Reads a field; says in words what is wrong with it.
  std::optional<Micros> read(const QLineEdit& field);

  Context& context_;
  MarkerBook& book_;
  std::optional<MarkerBook::Key> key_;
  store::Marker before_;
  QString beginText_;  // as shown: a time that nobody touched keeps its microseconds
  QString endText_;

  QLineEdit* label_;
  QLineEdit* begin_;
  QLineEdit* end_;
  QButtonGroup* colors_;
  QPlainTextEdit* note_;
  QLabel* fault_;
  QPushButton* cancel_;
  QPushButton* save_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_MARKERS_MARKER_EDITOR_H_
