// Declares Transcript: the turns of a conversation, one below the other. Only those near what can
// be seen exist as widgets; of the others it knows the height, measured or guessed, so that a
// conversation of any length costs alike.
//
// Thread rule: GUI thread. Lifetime rule: everything it is made with outlives it.
#ifndef LONGTAKE_UI_CONVERSATION_TRANSCRIPT_H_
#define LONGTAKE_UI_CONVERSATION_TRANSCRIPT_H_

#include <QAbstractScrollArea>
#include <vector>

#include "ui/conversation/turn_view.h"

namespace longtake::ui {

class Transcript : public QAbstractScrollArea {
  Q_OBJECT

 public:
  Transcript(ConversationParts parts, ConversationModel& model, QWidget* parent = nullptr);

  void scrollToTurn(int turn);
  void scrollToAnswer(int turn, int answer);
  void scrollToCitation(qint64 citation);
  void setFind(const QString& needle, const FindPlace& current);
  // The citation that has the focus, else nullptr.
  CitationChip* focusedChip() const;
  // The keyboard has led the focus here. A click leaves the keys to the player.
  bool claimsKeys() const;
  // nullptr: too far from what can be seen to exist.
  TurnView* view(int turn) const;
  int viewCount() const;

 signals:
  void askAgainWanted(int turn);
  void editWanted(int turn);
  void copyWanted(int turn, int answer);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  bool viewportEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  struct Slot {
    int height = 0;
    bool measured = false;  // at the present width
    bool earlierShown = false;
    TurnView* view = nullptr;
  };
  void rebuild();
  void addTurn();
  void changeTurn(int turn);
  void applyTheme();
  void showVideos();
  // Makes, measures and places the views that are needed; keeps what is being read where it is.
  void arrange();
  void later();  // arrange(), once, when the events at hand are through
  TurnView* make(int turn);
  void drop(int turn);
  void chain();  // Tab goes from turn to turn, whenever each was made
  int guess(int turn) const;
  int measure(int turn);
  int topOf(int turn) const;
  int turnAt(int y) const;
  int total() const;
  int turnWidth() const;
  // Where the end is read: the last turn from its top, or all of it at the bottom if it fits.
  int endValue() const;
  void moveAmongChips(int by);
  void ensureSeen(QWidget* part);

  ConversationParts parts_;
  ConversationModel& model_;
  std::vector<Slot> slots_;
  QString needle_;
  FindPlace current_;
  QWidget* edge_;         // the hairline below which turns go out of sight
  bool stick_ = true;     // to where the end is read, while an answer grows
  bool clicked_ = false;  // that is how it has got the focus
  bool arranging_ = false;
  bool scheduled_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_TRANSCRIPT_H_
