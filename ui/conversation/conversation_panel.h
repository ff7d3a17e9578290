// Declares ConversationPanel: asking, and reading what was answered. It puts the parts together and
// ties them to the workspace and the actions; each part knows nothing of the others.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_CONVERSATION_PANEL_H_
#define LONGTAKE_UI_CONVERSATION_CONVERSATION_PANEL_H_

#include <QWidget>
#include <optional>

#include "ui/base/context.h"
#include "ui/conversation/citation_acts.h"
#include "ui/conversation/conversation_model.h"
#include "ui/conversation/pictures.h"
#include "ui/conversation/seen_videos.h"

class QLabel;
class QStackedWidget;
class QToolButton;

namespace longtake::ui {

class ConversationSwitcher;
class ElidedLabel;
class FindBar;
class QuestionBox;
class StartPage;
class Transcript;

class ConversationPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ConversationPanel(Context& context, QWidget* parent = nullptr);

  // Questions that an empty conversation offers; three at most. Empty: general ones.
  void setSuggestions(const QStringList& questions);
  // The name of a demonstration model that cannot make anything of the open video: said where one
  // asks, and nothing is suggested. Empty: the model can.
  void setOutOfItsDepth(const QString& model);
  // Whatever video it is about; the video that is open stays.
  void openConversation(qint64 conversation);
  // Its conversation at its turn, with the word found there, and a video that it is about.
  void openFound(const store::SearchHit& hit, const QString& word);
  void ask(const QString& question);

  ConversationModel& model() { return model_; }
  Transcript& transcript() { return *transcript_; }
  QuestionBox& box() { return *box_; }

 signals:
  // A citation of a video that is not open was chosen: open it and play the range in a loop; or an
  // answer: go to the begin of a range that is empty.
  void openVideoRequested(qint64 video, longtake::TimeRange range);
  void markerWanted(const longtake::store::Marker& marker);
  void clipWanted(qint64 video, longtake::TimeRange range);
  void watchWanted(qint64 video);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void build();
  void connectModel();
  void connectActions();
  void followVideo();
  void showPage();
  void showNewestAnswer();
  void showFound();
  void edit(int turn);
  void setBranch(bool on, const QString& from = {});
  void copy(int turn, int answer);
  void copyAll();
  void judge(store::Verdict verdict);
  void applyTheme();

  Context& context_;
  SeenVideos videos_;
  Pictures pictures_;
  ConversationModel model_;
  CitationActs acts_;
  ConversationSwitcher* switcher_ = nullptr;
  FindBar* find_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  StartPage* start_ = nullptr;
  Transcript* transcript_ = nullptr;
  QWidget* depth_ = nullptr;  // says that the model can make nothing of the video
  QLabel* depthWords_ = nullptr;
  QWidget* branch_ = nullptr;  // says that the next question begins a new conversation
  ElidedLabel* branchWords_ = nullptr;
  QToolButton* branchOff_ = nullptr;
  QuestionBox* box_ = nullptr;
  bool openNewest_ = true;  // when the list of a video's conversations comes
  bool branching_ = false;
  QString branchFrom_;
  // To be shown when its conversation has been read.
  std::optional<store::SearchHit> found_;
  QString foundWord_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_CONVERSATION_PANEL_H_
