// Declares MainWindow: the panels in their places, and what joins them: menus, keys, dropping
// files, full screen, the layout that is remembered, and the dialogs.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_WINDOW_MAIN_WINDOW_H_
#define LONGTAKE_UI_WINDOW_MAIN_WINDOW_H_

#include <QMainWindow>
#include <QPointer>
#include <QUrl>
#include <functional>

#include "ui/base/context.h"

class QLabel;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace longtake::ui {

class Banner;
class ConversationPanel;
class LibraryPanel;
class MarkerPanel;
class PlayerPanel;
class SearchPanel;
class TimelinePanel;
class TroublePage;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  // resources: the folder with nano/model, which is offered beside the models that the user added,
  // and sample/.
  MainWindow(Context& context, const QString& resources);
  ~MainWindow() override;

  // Adds files, folders and addresses to the library.
  void open(const QList<QUrl>& addresses);
  // The first start: the sample video and what can be asked about it.
  void welcome();
  // Shows the panels, or instead that the library is being opened, or what keeps it from that.
  void showPanels();
  void showOpening();
  void showTrouble(const QString& what, const QString& hint);
  void showBusy(const QString& what, const QString& hint);
  void showNoDevice(const QString& what);  // the chosen graphics card does not answer
  Banner& banner() { return *banner_; }

 signals:
  void engineWanted();  // the choices for the engine have changed: make it again
  void libraryChosen(const QString& folder);
  void restartWanted();  // of the whole program

 protected:
  void showEvent(QShowEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  // What the banner warns of, or that it is at work on the sample; `withdraw` takes it back once it
  // is no longer true.
  enum class Trouble { none, request, model, device, sample };
  void say(Trouble trouble, const QString& text, const QString& button = {},
           std::function<void()> onButton = {});
  void withdraw(Trouble trouble);
  // Whether the answer that is looked at is why another video is opened: then it is looked at there.
  enum class Looked { at, away };
  // For some seconds, in the status bar.
  void tell(const QString& text);
  void showTroublePage();
  void useProcessor();
  void build();
  void connectPanels();
  void connectActions();
  void restoreLayout();
  void saveLayout();
  // A panel that goes leaves its keys to the player: the next button would take Space.
  void setShown(QWidget& panel, bool shown);
  void setFullScreen(bool on);
  void followWindowManager();
  void checkSides();  // the actions of the side panel, by what is in front
  // Gives each column its part of the window's width.
  void fitColumns();
  void scaleText(double by);
  void showModel(const session::ModelCheck& check);
  bool isSampleOpen() const;
  void sayWhetherInItsDepth();
  void openSample();
  // Opens the video if need be; plays the range in a loop, or goes to its begin if it is empty.
  void openAt(qint64 video, TimeRange range, Looked looked = Looked::at);
  // Does that as soon as the video is open, which is at once if it is already.
  void whenOpen(qint64 video, const std::function<void()>& act, Looked looked = Looked::at);
  void showSide(QWidget* panel);
  template <typename Dialog, typename... Args>
  Dialog* showDialog(Args&&... args);

  Context& context_;
  const QString nanoFolder_;
  const QString sampleFolder_;
  QString demonstration_;  // the name of the model, if it is one for demonstration
  Banner* banner_ = nullptr;
  TroublePage* trouble_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  QSplitter* columns_ = nullptr;
  QSplitter* middle_ = nullptr;
  QTabWidget* side_ = nullptr;
  LibraryPanel* library_ = nullptr;
  PlayerPanel* player_ = nullptr;
  TimelinePanel* timeline_ = nullptr;
  ConversationPanel* conversation_ = nullptr;
  MarkerPanel* markers_ = nullptr;
  SearchPanel* search_ = nullptr;
  QToolButton* modelButton_ = nullptr;
  QLabel* watching_ = nullptr;
  QLabel* veil_ = nullptr;  // over all panels while files are dragged over the window
  QPointer<QDialog> dialog_;
  Trouble said_ = Trouble::none;
  QList<int> wished_;          // the widths of the columns, as the user made them
  bool narrow_ = false;        // there is no room for all columns
  bool libraryAside_ = false;  // hidden for that only
  bool libraryShown_ = true;   // before full screen
  bool timelineShown_ = true;
  bool sideShown_ = true;
  bool bannerShown_ = false;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_MAIN_WINDOW_H_
