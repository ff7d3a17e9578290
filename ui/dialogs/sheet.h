// Declares Sheet: a dialog with a heading, a scrolling body and a row of buttons, never larger than
// the screen, so that it can be used at any text size.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_DIALOGS_SHEET_H_
#define LONGTAKE_UI_DIALOGS_SHEET_H_

#include <QDialog>

#include "ui/base/theme.h"

class QHBoxLayout;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace longtake::ui {

class Sheet : public QDialog {
  Q_OBJECT

 protected:
  // width and height: what it would like to have, at 100 % text.
  Sheet(const Theme& theme, const QString& title, int width, int height, QWidget* parent);

  // Between heading and body, for a search field and the like; does not scroll.
  QVBoxLayout* head() { return head_; }
  QVBoxLayout* body() { return body_; }
  QHBoxLayout* foot() { return foot_; }  // buttons stand at its end
  QScrollArea* scroller() { return scroller_; }
  const Theme& theme() const { return theme_; }

  // A soft paragraph.
  QLabel* paragraph(const QString& text, QWidget* parent);

 private:
  void restyle();

  const Theme& theme_;
  QSize wanted_;
  QLabel* title_;
  QVBoxLayout* column_;
  QVBoxLayout* head_;
  QVBoxLayout* body_;
  QHBoxLayout* foot_;
  QScrollArea* scroller_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SHEET_H_
