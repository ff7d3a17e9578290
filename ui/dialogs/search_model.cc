#include "ui/dialogs/search_model.h"

#include <QDateTime>
#include <QLocale>
#include <QSet>
#include <algorithm>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"

namespace longtake::ui {

Snippet snippetFrom(const std::string& marked) {
  Snippet snippet;
  int open = -1;
  for (const QChar c : text(marked)) {
    if (c == QLatin1Char('[')) {
      if (open >= 0) snippet.text.insert(open, QLatin1Char('['));  // that one was the text's own
      open = static_cast<int>(snippet.text.size());
    } else if (c == QLatin1Char(']') && open >= 0) {
      snippet.matches.push_back({open, static_cast<int>(snippet.text.size()) - open});
      open = -1;
    } else {
      snippet.text += c.isSpace() ? QLatin1Char(' ') : c;
    }
  }
  return snippet;
}

SearchModel::SearchModel(EngineLink& engine, QObject* parent)
    : QAbstractListModel(parent), engine_(engine) {
  // What is shown may have been answered, renamed or removed meanwhile.
  const auto again = [this] { search(words_); };
  connect(&engine, &EngineLink::conversationsChanged, this, again);
  connect(&engine, &EngineLink::markersChanged, this, again);
  connect(&engine, &EngineLink::videoRemoved, this, again);
  connect(&engine, &EngineLink::restarted, this, again);
}

void SearchModel::search(const QString& words) {
  words_ = words;
  const quint64 newest = ++newest_;
  if (words.trimmed().isEmpty()) {
    failure_.clear();
    take({});
    return;
  }
  readConversations();
  readVideos();
  engine_.send(SearchText{words.toStdString()}, this, [this, newest](const Event& event) {
    if (newest != newest_) return;
    if (const auto* results = std::get_if<SearchResults>(&event.body)) {
      failure_.clear();
      take(results->hits);
    } else if (const auto* failed = std::get_if<RequestFailed>(&event.body)) {
      failure_ = engineText(failed->message);
      take({});
    }
  });
}

void SearchModel::take(std::vector<store::SearchHit> hits) {
  beginResetModel();
  hits_ = std::move(hits);
  markers_.clear();
  endResetModel();
  QSet<qint64> videos;
  for (const store::SearchHit& hit : hits_) {
    if (hit.video_id != 0) videos.insert(hit.video_id);
  }
  for (const qint64 video : videos) readMarkers(video);
  emit searched();
}

void SearchModel::readConversations() {
  engine_.send(ListConversations{}, this, [this](const Event& event) {
    const auto* list = std::get_if<ConversationList>(&event.body);
    if (list == nullptr) return;
    conversations_.clear();
    for (const store::Conversation& one : list->conversations) conversations_.insert(one.id, one);
    changedAll();
  });
}

void SearchModel::readVideos() {
  engine_.send(ListVideos{}, this, [this](const Event& event) {
    const auto* list = std::get_if<VideoList>(&event.body);
    if (list == nullptr) return;
    videos_.clear();
    for (const VideoWithMemories& one : list->videos) videos_.insert(one.video.id, one.video);
    changedAll();
  });
}

void SearchModel::readMarkers(qint64 video) {
  engine_.send(ListMarkers{video}, this, [this](const Event& event) {
    const auto* list = std::get_if<MarkerList>(&event.body);
    if (list == nullptr) return;
    for (const store::Marker& marker : list->markers) markers_.insert(marker.id, marker);
    changedAll();
  });
}

void SearchModel::changedAll() {
  if (!hits_.empty()) emit dataChanged(index(0), index(rowCount() - 1), {placeRole, whenRole});
}

int SearchModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(hits_.size());
}

std::optional<store::Marker> SearchModel::marker(int row) const {
  const auto found = markers_.constFind(hit(row).id);
  if (hit(row).video_id == 0 || found == markers_.constEnd()) return std::nullopt;
  return *found;
}

QString SearchModel::place(const store::SearchHit& hit) const {
  if (hit.video_id != 0) return text(videos_.value(hit.video_id).name);
  const store::Conversation conversation = conversations_.value(hit.conversation_id);
  return conversation.video_ids.empty() ? QString()
                                        : text(videos_.value(conversation.video_ids.front()).name);
}

QString SearchModel::when(const store::SearchHit& hit) const {
  if (hit.video_id != 0) {
    const auto marker = markers_.constFind(hit.id);
    return marker == markers_.constEnd()
               ? QString()
               : timeText(marker->time.begin, 1, videos_.value(hit.video_id).duration);
  }
  if (hit.asked_at == 0) return {};
  // With the time of day: the same may have been asked twice.
  return QLocale().toString(QDateTime::fromSecsSinceEpoch(hit.asked_at), QLocale::ShortFormat);
}

QVariant SearchModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const store::SearchHit& found = hit(index.row());
  switch (role) {
    case Qt::DisplayRole:
    case snippetRole:
      return snippetFrom(found.snippet).text;
    case matchesRole:
      return QVariant::fromValue(snippetFrom(found.snippet).matches);
    case kindRole:
      return static_cast<int>(found.kind);
    case placeRole:
      return place(found);
    case whenRole:
      return when(found);
    case Qt::ToolTipRole:
      return plainTip(QStringLiteral("%1\n%2 · %3")
                          .arg(snippetFrom(found.snippet).text, place(found), when(found)));
    case Qt::AccessibleTextRole: {
      static const char* const kinds[] = {QT_TR_NOOP("Question"), QT_TR_NOOP("Answer"),
                                          QT_TR_NOOP("Marker"), QT_TR_NOOP("Note")};
      return QStringLiteral("%1: %2, %3, %4")
          .arg(tr(kinds[static_cast<int>(found.kind) & 3]), snippetFrom(found.snippet).text,
               place(found), when(found));
    }
    default:
      return {};
  }
}

}  // namespace longtake::ui
