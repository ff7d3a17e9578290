// Declares SearchPanel: finding words in everything that was asked, answered, marked and noted, in
// all videos.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_DIALOGS_SEARCH_PANEL_H_
#define LONGTAKE_UI_DIALOGS_SEARCH_PANEL_H_

#include <QTimer>
#include <QWidget>

#include "ui/base/context.h"

class QLabel;
class QLineEdit;
class QListView;
class QModelIndex;
class QStackedWidget;

namespace longtake::ui {

class SearchModel;

class SearchPanel : public QWidget {
  Q_OBJECT

 public:
  explicit SearchPanel(Context& context, QWidget* parent = nullptr);

  void focusSearch();

 signals:
  // word: one that was found, to be shown there.
  void conversationRequested(const longtake::store::SearchHit& hit, const QString& word);
  void markerRequested(qint64 video, const longtake::store::Marker& marker);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void choose(const QModelIndex& index);
  void openMarker(qint64 video, qint64 id);
  void showState();
  void applyTheme();

  Context& context_;
  SearchModel* model_;
  QLineEdit* edit_;
  QStackedWidget* pages_;
  QListView* list_;
  QWidget* empty_;
  QLabel* title_;
  QLabel* words_;
  QTimer typing_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SEARCH_PANEL_H_
