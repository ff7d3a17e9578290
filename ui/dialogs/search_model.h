// Declares SearchModel: what a search has found, as rows: the words around the match and where they
// belong.
//
// Thread rule: GUI thread. Lifetime rule: the engine link outlives it.
#ifndef LONGTAKE_UI_DIALOGS_SEARCH_MODEL_H_
#define LONGTAKE_UI_DIALOGS_SEARCH_MODEL_H_

#include <QAbstractListModel>
#include <QHash>
#include <vector>

#include "ui/base/engine_link.h"

namespace longtake::ui {

// A snippet with its matches: the library marks them with '[' and ']'.
struct Snippet {
  QString text;
  QList<QPair<int, int>> matches;  // place and length in `text`
};
Snippet snippetFrom(const std::string& marked);

class SearchModel : public QAbstractListModel {
  Q_OBJECT

 public:
  // placeRole: the video; whenRole: when it was asked, or the marker's time.
  enum Role { kindRole = Qt::UserRole, snippetRole, matchesRole, placeRole, whenRole };

  explicit SearchModel(EngineLink& engine, QObject* parent = nullptr);

  // Empty: clears. searched() comes when the rows are there.
  void search(const QString& words);
  const QString& words() const { return words_; }
  QString failure() const { return failure_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

  const store::SearchHit& hit(int row) const { return hits_[static_cast<std::size_t>(row)]; }
  std::optional<store::Marker> marker(int row) const;

 signals:
  void searched();

 private:
  void take(std::vector<store::SearchHit> hits);
  void readConversations();
  void readVideos();
  void readMarkers(qint64 video);
  void changedAll();
  QString place(const store::SearchHit& hit) const;
  QString when(const store::SearchHit& hit) const;

  EngineLink& engine_;
  QString words_;
  QString failure_;
  quint64 newest_ = 0;  // only the newest search counts
  std::vector<store::SearchHit> hits_;
  QHash<qint64, store::Conversation> conversations_;
  QHash<qint64, store::Video> videos_;
  QHash<qint64, store::Marker> markers_;  // of the hits
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_SEARCH_MODEL_H_
