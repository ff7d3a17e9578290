// Declares ScopePicker: the button that says and chooses what a question is about: the whole video,
// up to here, the marked range, some videos, or the library.
//
// Thread rule: GUI thread. Lifetime rule: context and videos outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_SCOPE_PICKER_H_
#define LONGTAKE_UI_CONVERSATION_SCOPE_PICKER_H_

#include <QSet>
#include <QToolButton>

#include "ui/base/context.h"
#include "ui/conversation/seen_videos.h"

class QActionGroup;

namespace longtake::ui {

class ScopePicker : public QToolButton {
  Q_OBJECT

 public:
  enum class Kind { wholeVideo, upToHere, markedRange, someVideos, library };

  ScopePicker(Context& context, SeenVideos& videos, QWidget* parent = nullptr);

  Kind kind() const { return kind_; }
  void setKind(Kind kind);
  void setChosen(const QSet<qint64>& videos);  // for someVideos
  // By now; empty: nothing can be asked, and why() says why.
  std::vector<QuestionScope> scopes() const;
  QString why() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  void changed();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void fill();
  void prune();
  void refresh();
  void chooseVideos();
  QString words(Kind kind) const;
  bool isPossible(Kind kind) const;

  Context& context_;
  SeenVideos& videos_;
  QMenu* menu_;
  Kind kind_ = Kind::wholeVideo;
  QSet<qint64> chosen_;
  QString text_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_SCOPE_PICKER_H_
