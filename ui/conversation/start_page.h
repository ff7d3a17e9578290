// Declares StartPage: what a conversation without questions shows: the next step, and questions to
// begin with.
//
// Thread rule: GUI thread. Lifetime rule: context and videos outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_START_PAGE_H_
#define LONGTAKE_UI_CONVERSATION_START_PAGE_H_

#include <QScrollArea>

#include "ui/base/context.h"
#include "ui/conversation/marks.h"
#include "ui/conversation/match_label.h"
#include "ui/conversation/seen_videos.h"

class QPushButton;
class QVBoxLayout;

namespace longtake::ui {

class StartPage : public QScrollArea {
  Q_OBJECT

 public:
  StartPage(Context& context, SeenVideos& videos, QWidget* parent = nullptr);

  // Empty: general ones.
  void setSuggestions(const QStringList& questions);
  void setSuggesting(bool on);
  void setAnswering(bool answering);  // somewhere: nothing can be asked now

 signals:
  void suggested(const QString& question);
  void watchWanted(qint64 video);

 private:
  void refresh();
  void explainUnseen();
  void applyTheme();

  Context& context_;
  SeenVideos& videos_;
  QWidget* page_;
  IconMark* icon_;
  MatchLabel* title_;
  MatchLabel* words_;
  QPushButton* watch_;
  QWidget* list_;
  QVBoxLayout* buttons_;
  QStringList suggestions_;
  bool suggesting_ = true;
  bool answering_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_START_PAGE_H_
