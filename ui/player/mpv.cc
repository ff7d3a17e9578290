#include "ui/player/mpv.h"

#include <QCoreApplication>
#include <QEvent>
#include <clocale>
#include <vector>

namespace longtake::ui {

namespace {

const QEvent::Type kWakeup = static_cast<QEvent::Type>(QEvent::registerEventType());

constexpr std::pair<const char*, const char*> kOptions[] = {
    // Nothing of the user's own mpv, nothing on its own.
    {"config", "no"},
    {"load-scripts", "no"},
    {"ytdl", "no"},
    {"osc", "no"},
    {"terminal", "no"},
    {"osd-level", "0"},
    {"osd-bar", "no"},
    {"input-default-bindings", "no"},
    {"input-vo-keyboard", "no"},
    {"input-cursor", "no"},
    {"input-media-keys", "no"},
    {"save-position-on-quit", "no"},
    {"resume-playback", "no"},
    {"stop-screensaver", "no"},
    // The same demuxers as the engine's, so that both number the same clock; and with them no
    // playlists,
    // which could name addresses.
    {"demuxer", "lavf"},
    {"audio-display", "no"},
    {"audio-file-auto", "no"},
    {"sub-auto", "exact"},
    {"vo", "libmpv"},
    {"idle", "yes"},
    {"pause", "yes"},
    {"keep-open", "yes"},
    {"hr-seek", "yes"},
    {"volume-max", "130"},
    // Without a sound card it plays on in silence, at the right pace.
    {"audio-fallback-to-null", "yes"},
    {"audio-client-name", "Longtake"},
};

QVariant toVariant(const mpv_node& node) {
  switch (node.format) {
    case MPV_FORMAT_FLAG:
      return node.u.flag != 0;
    case MPV_FORMAT_INT64:
      return static_cast<qlonglong>(node.u.int64);
    case MPV_FORMAT_DOUBLE:
      return node.u.double_;
    case MPV_FORMAT_STRING:
      return QString::fromUtf8(node.u.string);
    case MPV_FORMAT_NODE_ARRAY: {
      QVariantList list;
      for (int i = 0; i < node.u.list->num; ++i) list << toVariant(node.u.list->values[i]);
      return list;
    }
    case MPV_FORMAT_NODE_MAP: {
      QVariantMap map;
      for (int i = 0; i < node.u.list->num; ++i) {
        map.insert(QString::fromUtf8(node.u.list->keys[i]), toVariant(node.u.list->values[i]));
      }
      return map;
    }
    default:
      return {};
  }
}

}  // namespace

Mpv::Mpv(QObject* parent) : QObject(parent) {
  // mpv_create() refuses to work where numbers have a decimal comma, and QApplication sets the
  // user's locale.
  setlocale(LC_NUMERIC, "C");
  handle_ = mpv_create();
  if (handle_ == nullptr) return;
  for (const auto& [name, value] : kOptions) mpv_set_option_string(handle_, name, value);
  if (mpv_initialize(handle_) < 0) {
    mpv_terminate_destroy(handle_);
    handle_ = nullptr;
    return;
  }
  mpv_request_log_messages(handle_, "error");
  mpv_set_wakeup_callback(
      handle_,
      [](void* self) {
        auto* mpv = static_cast<Mpv*>(self);
        if (!mpv->woken_.exchange(true)) QCoreApplication::postEvent(mpv, new QEvent(kWakeup));
      },
      this);
}

Mpv::~Mpv() {
  if (handle_ == nullptr) return;
  mpv_set_wakeup_callback(handle_, nullptr, nullptr);
  mpv_terminate_destroy(handle_);
}

void Mpv::command(const QStringList& words, quint64 tag) {
  if (handle_ == nullptr) return;
  std::vector<QByteArray> bytes;
  for (const QString& word : words) bytes.push_back(word.toUtf8());
  std::vector<const char*> pointers;
  for (const QByteArray& word : bytes) pointers.push_back(word.constData());
  pointers.push_back(nullptr);
  mpv_command_async(handle_, tag, pointers.data());
}

void Mpv::set(const char* property, const QVariant& value) {
  if (handle_ == nullptr) return;
  switch (value.typeId()) {
    case QMetaType::Bool: {
      int flag = value.toBool() ? 1 : 0;
      mpv_set_property_async(handle_, 0, property, MPV_FORMAT_FLAG, &flag);
      break;
    }
    case QMetaType::Int:
    case QMetaType::LongLong: {
      std::int64_t number = value.toLongLong();
      mpv_set_property_async(handle_, 0, property, MPV_FORMAT_INT64, &number);
      break;
    }
    case QMetaType::Double: {
      double number = value.toDouble();
      mpv_set_property_async(handle_, 0, property, MPV_FORMAT_DOUBLE, &number);
      break;
    }
    default: {
      const QByteArray text = value.toString().toUtf8();
      const char* pointer = text.constData();
      mpv_set_property_async(handle_, 0, property, MPV_FORMAT_STRING, &pointer);
    }
  }
}

void Mpv::observe(const char* property) {
  if (handle_ != nullptr) mpv_observe_property(handle_, 0, property, MPV_FORMAT_NODE);
}

void Mpv::ask(const char* property, quint64 tag) {
  if (handle_ != nullptr) mpv_get_property_async(handle_, tag, property, MPV_FORMAT_NODE);
}

bool Mpv::event(QEvent* event) {
  if (event->type() == kWakeup) {
    drain();
    return true;
  }
  return QObject::event(event);
}

void Mpv::drain() {
  woken_ = false;  // first, so that what comes from here on wakes again
  while (handle_ != nullptr) {
    const mpv_event* event = mpv_wait_event(handle_, 0);
    if (event->event_id == MPV_EVENT_NONE) break;
    handle(*event);
  }
}

void Mpv::handle(const mpv_event& event) {
  switch (event.event_id) {
    case MPV_EVENT_PROPERTY_CHANGE: {
      const auto* property = static_cast<const mpv_event_property*>(event.data);
      emit changed(QString::fromUtf8(property->name),
                   property->format == MPV_FORMAT_NODE
                       ? toVariant(*static_cast<const mpv_node*>(property->data))
                       : QVariant());
      break;
    }
    case MPV_EVENT_GET_PROPERTY_REPLY: {
      const auto* property = static_cast<const mpv_event_property*>(event.data);
      emit answered(event.reply_userdata,
                    event.error >= 0 && property->format == MPV_FORMAT_NODE
                        ? toVariant(*static_cast<const mpv_node*>(property->data))
                        : QVariant());
      break;
    }
    case MPV_EVENT_COMMAND_REPLY: {
      if (event.error < 0) {
        emit commandFailed(event.reply_userdata, QString::fromUtf8(mpv_error_string(event.error)));
        break;
      }
      const auto* reply = static_cast<const mpv_event_command*>(event.data);
      const QVariant file =
          toVariant(reply->result).toMap().value(QStringLiteral("playlist_entry_id"));
      if (file.isValid()) emit fileQueued(file.toLongLong());
      break;
    }
    case MPV_EVENT_START_FILE:
      emit fileStarted(static_cast<const mpv_event_start_file*>(event.data)->playlist_entry_id);
      break;
    case MPV_EVENT_PLAYBACK_RESTART:
      emit pictureReady();
      break;
    case MPV_EVENT_END_FILE: {
      const auto* end = static_cast<const mpv_event_end_file*>(event.data);
      if (end->reason == MPV_END_FILE_REASON_ERROR) {
        emit fileFailed(end->playlist_entry_id, QString::fromUtf8(mpv_error_string(end->error)));
      }
      break;
    }
    case MPV_EVENT_LOG_MESSAGE: {
      const auto* line = static_cast<const mpv_event_log_message*>(event.data);
      emit complained(QString::fromUtf8(line->text).trimmed());
      break;
    }
    default:
      break;
  }
}

}  // namespace longtake::ui
