// Declares AboutDialog: which version this is, what it runs on, where the library lies and how
// large it is; and the same as text for a bug report.
//
// Thread rule: GUI thread; the engine is asked. Lifetime rule: the context outlives it; show it
// with open().
#ifndef LONGTAKE_UI_DIALOGS_ABOUT_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_ABOUT_DIALOG_H_

#include <QHash>
#include <functional>

#include "ui/base/context.h"
#include "ui/dialogs/sheet.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace longtake::ui {

class AboutDialog : public Sheet {
  Q_OBJECT

 public:
  // playerVersion: of libmpv, and of what it was built with if that is known.
  AboutDialog(Context& context, const QString& playerVersion, QWidget* parent = nullptr);

  // Everything that helps to understand a fault, as text, once the engine has answered; without
  // names or places of videos. `then` is dropped with its receiver.
  static void diagnostics(Context& context, const QString& playerVersion, QObject* receiver,
                          std::function<void(const QString&)> then);

 private:
  void addFact(const QString& name, const char* key, const QString& value);
  void setFact(const char* key, const QString& value);
  void ask();
  void copy();

  Context& context_;
  const QString playerVersion_;
  QGridLayout* facts_;
  QHash<QString, QLabel*> values_;
  QPushButton* copy_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_ABOUT_DIALOG_H_
