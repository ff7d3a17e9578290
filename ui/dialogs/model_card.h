// Declares ModelCard: one model: what it is, what it needs against what is free, in words, and the
// button to use it.
//
// Thread rule: GUI thread; the engine looks at the folder. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_DIALOGS_MODEL_CARD_H_
#define LONGTAKE_UI_DIALOGS_MODEL_CARD_H_

#include <QFrame>

#include "ui/base/context.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace longtake::ui {

class ModelCard : public QFrame {
  Q_OBJECT

 public:
  // removable: it was added by hand, and can be taken from the list.
  ModelCard(Context& context, const QString& folder, bool removable, QWidget* parent = nullptr);

  const QString& folder() const { return folder_; }
  QString words() const;  // all that it says

  // Has the engine look at the folder.
  void check();

 signals:
  void chosen();
  void removed();

 private:
  void show(const session::ModelCheck& check);
  void showFailure(const RequestFailed& failure);
  void showUse();
  void restyle();
  bool isInUse() const;

  Context& context_;
  const QString folder_;
  enum class Verdict { none, good, warning, bad } verdict_ = Verdict::none;
  bool usable_ = false;
  QLabel* name_;
  QLabel* inUse_;
  QLabel* facts_;
  QLabel* verdictIcon_;
  QLabel* verdictWords_;
  QLabel* path_;
  QPushButton* use_;
  QToolButton* remove_;
};

// "0.9 billion parameters", "3.1 million parameters".
QString parametersText(qint64 parameters);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_MODEL_CARD_H_
