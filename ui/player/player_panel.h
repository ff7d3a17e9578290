// Declares PlayerPanel: the picture with its row of controls, and what belongs to playing a video:
// its place is remembered, a file that cannot be played is explained, times can be typed, pictures
// and clips saved.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_PLAYER_PLAYER_PANEL_H_
#define LONGTAKE_UI_PLAYER_PLAYER_PANEL_H_

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <memory>
#include <optional>

#include "ui/base/context.h"
#include "ui/player/clip_dialog.h"
#include "ui/player/go_to_time.h"
#include "ui/player/notice.h"
#include "ui/player/picture_saver.h"
#include "ui/player/player.h"
#include "ui/player/transport_bar.h"
#include "ui/player/video_area.h"

namespace longtake::ui {

class PlayerPanel : public QWidget {
  Q_OBJECT

 public:
  PlayerPanel(Context& context, QWidget* parent);
  ~PlayerPanel() override;

  // False in full screen: the controls then lie over the picture and come when the mouse moves.
  void setChromeVisible(bool on);

  // Asks where to. cited: the part that is meant, which need not be the marked one.
  void exportClip(const std::optional<TimeRange>& cited);

  Player& player() { return *player_; }
  VideoArea& area() { return *area_; }
  TransportBar& bar() { return *bar_; }
  Notice& notice() { return *notice_; }

  // "libmpv 2.0", for bug reports.
  static QString playerVersion();

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  // Its file is not where it was: somebody asks for it.
  void relinkWanted(qint64 video);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void connectWorkspace();
  void connectActions();
  void openVideo();
  void reopen(const store::Video& video);
  void showState();
  void explainFailure(bool fileIsThere);
  void savePosition();
  void place();
  void showControls();
  void hideControls();

  Context& context_;
  std::unique_ptr<Player> player_;
  VideoArea* area_;
  TransportBar* bar_;
  Notice* notice_;
  GoToTime* goTo_;
  PictureSaver* saver_;
  QPointer<ClipDialog> clip_;
  store::Video open_;
  bool chrome_ = true;
  bool slow_ = false;
  QTimer saving_;        // the position
  QTimer settingsWait_;  // the volume
  QTimer opening_;       // it takes long enough to say so: slow_
  QTimer hiding_;        // controls and mouse pointer, in full screen
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_PLAYER_PANEL_H_
