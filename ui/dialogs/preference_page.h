// Declares PreferencePage: a column of choices, each with its name, its control and a line that
// says what it means.
//
// Thread rule: GUI thread. Lifetime rule: the theme outlives it.
#ifndef LONGTAKE_UI_DIALOGS_PREFERENCE_PAGE_H_
#define LONGTAKE_UI_DIALOGS_PREFERENCE_PAGE_H_

#include <QScrollArea>

#include "ui/base/theme.h"

class QLabel;
class QVBoxLayout;

namespace longtake::ui {

class PreferencePage : public QScrollArea {
  Q_OBJECT

 public:
  PreferencePage(const Theme& theme, const QString& title, QWidget* parent = nullptr);

  QString title() const { return title_; }
  // The label that explains it is returned, so that its words can follow the choice.
  QLabel* add(const QString& name, QWidget* control, const QString& meaning);
  void addHeading(const QString& text);
  void addNote(const QString& text);
  // Without a name: a check box or the like, which says itself what it is.
  QLabel* add(QWidget* control, const QString& meaning);

 protected:
  // The wheel scrolls the page; it changes a choice only where the focus is.
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void restyle();

  const Theme& theme_;
  const QString title_;
  QVBoxLayout* column_;
  QList<QLabel*> names_;
  QList<QLabel*> meanings_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_PREFERENCE_PAGE_H_
