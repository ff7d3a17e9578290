// Declares TransportBar: the one row of controls under the picture. Where there is not enough room
// for all of them, the less important ones wait in its menu. Over the picture, where there is no
// timeline, a slim one stands above the row.
//
// Thread rule: GUI thread. Lifetime rule: as its parent; the Player outlives it.
#ifndef LONGTAKE_UI_PLAYER_TRANSPORT_BAR_H_
#define LONGTAKE_UI_PLAYER_TRANSPORT_BAR_H_

#include <QList>
#include <QMenu>
#include <QSlider>
#include <QToolButton>
#include <QWidget>

#include "ui/base/context.h"
#include "ui/player/player.h"
#include "ui/player/seek_bar.h"
#include "ui/player/time_button.h"

namespace longtake::ui {

class TransportBar : public QWidget {
  Q_OBJECT

 public:
  TransportBar(Context& context, Player& player, QWidget* parent);

  // Lies over the picture, in full screen.
  void setOverlay(bool on);
  // One of its menus is open.
  bool isBusy() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  struct Item {
    QWidget* widget = nullptr;
    int rank = 0;  // the lowest goes first when there is little room
    bool wanted = true;
    QList<QAction*> actions;  // that stand for it in the menu
    QMenu* menu = nullptr;    // or this
  };

  QToolButton* button(ActionId id, int rank);
  QToolButton* menuButton(const QString& icon, const QString& name, int rank);
  void add(QWidget* widget, int rank, const QList<QAction*>& actions = {}, QMenu* menu = nullptr);
  void want(QWidget* widget, bool wanted);
  void arrange();
  void restyle();
  void placeSeekBar();
  void showTime();
  void showMarks();
  void showSpeed();
  void showVolume();
  void showTracks();
  void fillTracks(QMenu& menu, Track::Kind kind);

  Context& context_;
  Player& player_;
  bool overlay_ = false;
  QList<Item> items_;
  SeekBar* seek_;
  QToolButton* play_;
  TimeButton* time_;
  QToolButton* range_;
  QToolButton* clear_;
  QToolButton* speed_;
  QToolButton* mute_;
  QSlider* volume_;
  QToolButton* audio_;
  QToolButton* subtitles_;
  QToolButton* more_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_TRANSPORT_BAR_H_
