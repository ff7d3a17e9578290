// Declares ClipDialog: a part of the video's own file as a clip: which part, copied or exact, and
// where to.
//
// Thread rule: GUI thread; the engine writes. Lifetime rule: closing it while it writes cancels the
// clip.
#ifndef LONGTAKE_UI_PLAYER_CLIP_DIALOG_H_
#define LONGTAKE_UI_PLAYER_CLIP_DIALOG_H_

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <optional>

#include "ui/base/context.h"
#include "ui/base/replace_step.h"

namespace longtake::ui {

class ClipDialog : public QDialog {
  Q_OBJECT

 public:
  // cited: the part that is meant; without it the marked range, or the selected citation.
  ClipDialog(Context& context, QWidget* parent, const std::optional<TimeRange>& cited = {});

  void done(int result) override;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  std::optional<TimeRange> range() const;
  void propose();  // a file name for what is chosen
  void choosePath();
  void start();
  void finish(const Event& event);
  void say(const QString& text, QColor Colors::*color = &Colors::text);
  void showState();
  void grow();  // as high as its words need
  void restyle();

  Context& context_;
  const store::Video video_;
  std::optional<TimeRange> marked_;
  std::optional<TimeRange> cited_;
  RequestId request_ = 0;  // of the clip that is being written
  bool ownName_ = false;   // the user's: not to be changed any more
  ReplaceStep replace_;

  QLabel* what_;
  QRadioButton* markedChoice_;
  QRadioButton* citedChoice_;
  QRadioButton* copyChoice_;
  QRadioButton* exactChoice_;
  QLabel* copyHint_;
  QLabel* exactHint_;
  QLineEdit* path_;
  QPushButton* browse_;
  QProgressBar* progress_;
  QLabel* state_;
  QPushButton* cancel_;
  QPushButton* export_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_CLIP_DIALOG_H_
