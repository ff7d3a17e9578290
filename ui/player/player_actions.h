// Declares PlayerActions: what the keys, menus and buttons of the sections "Play" and "Mark" do to
// the player.
//
// Thread rule: GUI thread. Lifetime rule: the Player outlives it.
#ifndef LONGTAKE_UI_PLAYER_PLAYER_ACTIONS_H_
#define LONGTAKE_UI_PLAYER_PLAYER_ACTIONS_H_

#include <QObject>

#include "ui/base/context.h"
#include "ui/player/jumps.h"
#include "ui/player/player.h"

namespace longtake::ui {

class PlayerActions : public QObject {
  Q_OBJECT

 public:
  PlayerActions(Context& context, Player& player, QObject* parent);

 private:
  template <typename Act>
  void on(ActionId id, Act act);
  void connectPlaying();
  void connectMoving();
  void connectSound();
  void connectMarking();
  void jump(const QList<Jump>& jumps, bool forward, const QString& none);
  void changeSpeed(int steps);
  void nextTrack(Track::Kind kind);
  void setLoop(bool on);
  void playCitation();
  void tell(const QString& text) { emit context_.workspace.told(text); }
  void showState();

  Context& context_;
  Player& player_;
  bool loopsMarks_ = false;  // the loop follows the marks
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_PLAYER_ACTIONS_H_
