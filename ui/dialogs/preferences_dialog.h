// Declares PreferencesDialog: what the desktop can be told to do differently. Every choice counts
// at once, those that the engine is made with make it again; only the language waits for a restart.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it; show it with open().
#ifndef LONGTAKE_UI_DIALOGS_PREFERENCES_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_PREFERENCES_DIALOG_H_

#include <QDialog>
#include <QPointer>

#include "ui/base/context.h"
#include "ui/dialogs/memory_cost.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QFileDialog;
class QLabel;
class QListWidget;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace longtake::ui {

class PreferencePage;

class PreferencesDialog : public QDialog {
  Q_OBJECT

 public:
  explicit PreferencesDialog(Context& context, QWidget* parent = nullptr);

  void showPage(int page);

 signals:
  // Library, device, quality or weights have changed: the engine must be made again.
  void engineOptionsChanged();
  // The program is to be started anew: the dialog has closed.
  void restartWanted();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void addPage(PreferencePage* page);
  PreferencePage* watchingPage();
  PreferencePage* memoryPage();
  PreferencePage* lookPage();
  PreferencePage* languagePage();
  PreferencePage* libraryPage();
  void ask();  // the engine for the numbers
  void showNumbers();
  void showLibrary();
  void chooseLibrary();
  void restyle();

  Context& context_;
  MemoryCost cost_;

  QListWidget* names_;
  QStackedWidget* pages_;
  QWidget* foot_;
  QComboBox* rate_ = nullptr;
  QLabel* rateMeaning_ = nullptr;
  QButtonGroup* quality_ = nullptr;
  QList<QLabel*> qualityMeanings_;
  QCheckBox* limited_ = nullptr;
  QSpinBox* limit_ = nullptr;
  QLabel* limitMeaning_ = nullptr;
  QSlider* textSize_ = nullptr;
  QLabel* textSizeMeaning_ = nullptr;
  QLabel* libraryMeaning_ = nullptr;
  QPointer<QFileDialog> chooser_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_PREFERENCES_DIALOG_H_
