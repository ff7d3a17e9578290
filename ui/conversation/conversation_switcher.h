// Declares ConversationSwitcher: the head of the panel: which conversation is open, the others of
// this video, a new one, and what can be done with the open one.
//
// Thread rule: GUI thread. Lifetime rule: context and model outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_CONVERSATION_SWITCHER_H_
#define LONGTAKE_UI_CONVERSATION_CONVERSATION_SWITCHER_H_

#include <QWidget>
#include <vector>

#include "ui/base/context.h"
#include "ui/conversation/conversation_model.h"

class QMenu;
class QToolButton;

namespace longtake::ui {

class ConversationSwitcher : public QWidget {
  Q_OBJECT

 public:
  ConversationSwitcher(Context& context, ConversationModel& model, QWidget* parent = nullptr);

  // Of the open video, or all where none is open; oldest first, as the library lists them.
  const std::vector<store::Conversation>& conversations() const { return conversations_; }
  // Reads the list again; listed() comes when it is there.
  void refresh();

 signals:
  void listed();
  void openWanted(qint64 conversation);
  void copyWanted();

 private:
  void fillList();
  void fillMore();
  void showTitle();
  void askToRename();
  void askToRemove();
  void applyTheme();

  Context& context_;
  ConversationModel& model_;
  QToolButton* title_;
  QToolButton* new_;
  QToolButton* more_;
  QMenu* list_;
  QMenu* menu_;
  std::vector<store::Conversation> conversations_;
  quint64 newest_ = 0;  // only the newest list counts
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_CONVERSATION_SWITCHER_H_
