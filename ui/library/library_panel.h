// Declares LibraryPanel: the videos, their state in words, and everything that one does to them:
// add, search, open, watch, pause, put into order, relink, remove.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_LIBRARY_LIBRARY_PANEL_H_
#define LONGTAKE_UI_LIBRARY_LIBRARY_PANEL_H_

#include <QPointer>
#include <QSet>
#include <QUrl>
#include <QWidget>

#include "ui/base/context.h"
#include "ui/base/shelf.h"
#include "ui/library/file_adder.h"
#include "ui/library/relinker.h"
#include "ui/library/watch_queue.h"

class QLabel;
class QLineEdit;
class QStackedLayout;
class QToolButton;

namespace longtake::ui {

class EmptyLibrary;
class SortButton;
class TroubleCard;
class Thumbnails;
class VideoFilter;
class VideoListView;
class VideoListModel;

class LibraryPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LibraryPanel(Context& context, QWidget* parent = nullptr);
  ~LibraryPanel() override;

  // Files, folders and addresses. New videos are watched, and the first one is opened if nothing is
  // open.
  void add(const QList<QUrl>& addresses);
  // Opens a video of the library in the player.
  void openVideo(qint64 video);
  void playVideo(qint64 video);
  // By the model in use; goes on if it was paused.
  void watch(qint64 video);
  // Asks where its file is now.
  void relink(qint64 video);

  const Shelf& shelf() const { return shelf_; }
  WatchQueue& queue() { return queue_; }
  // "watching 37.4 % at 3.1×, 12 min left"; empty if nothing is being watched.
  QString watchingWords() const;

 signals:
  void sampleWanted();
  void memoriesWanted(qint64 video);
  void watchingChanged();  // watchingWords()

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  QWidget* buildHeader();
  void connectActions();
  void restyle();
  void showState();
  void showSpace();  // that the memories take, of what they may
  void showActions();
  void addVideo(const store::Video& video, bool known);
  void takeFound(const store::Video& video);
  void report(const AddReport& report);
  void tellSeen(qint64 video);
  void chooseFiles(bool folder);
  void chooseAddress();
  void showMenu(const QPoint& at);
  void clickButton(qint64 video);
  // What an action is about: the selected videos, else the one that is open.
  QList<qint64> targets() const;
  // Those of the videos that are in the queue; can be paused; can be watched (on); were given up.
  QList<qint64> queued(const QList<qint64>& videos) const;
  QList<qint64> pausable(const QList<qint64>& videos) const;
  QList<qint64> resumable(const QList<qint64>& videos) const;
  QList<qint64> failed(const QList<qint64>& videos) const;
  void pause();
  void resume();
  void retry();
  void selectOpened();
  void confirmRemoval(const QList<qint64>& videos);
  void remove(const QList<qint64>& videos);
  void tell(const QString& title, const QString& line);

  Context& context_;
  Shelf& shelf_;
  WatchQueue queue_;
  FileAdder adder_;
  Relinker relinker_;
  Thumbnails* thumbnails_;
  qint64 unselected_ = 0;  // the video that was opened and is not in the list yet
  VideoListModel* model_;
  VideoFilter* filter_;

  QLabel* title_ = nullptr;
  QLineEdit* search_ = nullptr;
  SortButton* sortButton_ = nullptr;
  QToolButton* addButton_ = nullptr;
  TroubleCard* notice_ = nullptr;
  VideoListView* list_ = nullptr;
  EmptyLibrary* empty_ = nullptr;
  QWidget* shelfPage_ = nullptr;
  QStackedLayout* pages_ = nullptr;
  QLabel* footer_ = nullptr;
  QPointer<QWidget> dialog_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_LIBRARY_PANEL_H_
