// Declares ModelsDialog: the models there are: the embedded one and folders added by hand, each
// looked at by the engine, and the choice of one for this library.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it; show it with open().
#ifndef LONGTAKE_UI_DIALOGS_MODELS_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_MODELS_DIALOG_H_

#include <QPointer>

#include "ui/base/context.h"
#include "ui/dialogs/sheet.h"

class QFileDialog;

namespace longtake::ui {

class ModelCard;

class ModelsDialog : public Sheet {
  Q_OBJECT

 public:
  ModelsDialog(Context& context, const QString& nanoFolder, QWidget* parent = nullptr);

  // Adds a folder to the list, which remembers it, and looks at it.
  void addFolder(const QString& folder);

 signals:
  // The engine must be made again with this folder. Stored by whoever does that.
  void modelChosen(const QString& folder);

 private:
  ModelCard* addCard(const QString& folder, bool removable);
  void chooseFolder();

  Context& context_;
  const QString nanoFolder_;
  QVBoxLayout* cards_;
  QPointer<QFileDialog> chooser_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_MODELS_DIALOG_H_
