#include "ui/conversation/pictures.h"

#include <QImage>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <utility>

namespace longtake::ui {

namespace {

constexpr int kCacheBytes = 48 << 20;
// In one request, so that a picture that is looked at later does not wait behind hundreds.
constexpr std::size_t kBatch = 24;

}  // namespace

Pictures::Pictures(EngineLink& engine, int width, int height, QObject* parent)
    : QObject(parent), engine_(engine), width_(width), height_(height), cache_(kCacheBytes) {
  // A file that was missing may be back.
  const auto tryAgain = [this] {
    known_.clear();
    emit arrived(0, 0);
  };
  connect(&engine, &EngineLink::videoAdded, this, tryAgain);
  // Requests that were on their way are gone, and the library may be another one.
  connect(&engine, &EngineLink::restarted, this, [this, tryAgain] {
    cache_.clear();
    wanted_.clear();
    tryAgain();
  });
}

QPixmap Pictures::picture(qint64 video, Micros time) {
  const Key key{video, time};
  if (const QPixmap* cached = cache_.object(key)) return *cached;
  if (video == 0 || known_.contains(key)) return {};
  known_.insert(key);
  wanted_[video].insert(time);
  if (!scheduled_) {
    scheduled_ = true;
    QTimer::singleShot(0, this, &Pictures::request);
  }
  return {};
}

void Pictures::request() {
  scheduled_ = false;
  const auto wanted = std::exchange(wanted_, {});
  for (auto video = wanted.begin(); video != wanted.end(); ++video) {
    std::vector<Micros> times(video->begin(), video->end());
    std::sort(times.begin(), times.end());
    for (std::size_t begin = 0; begin < times.size(); begin += kBatch) {
      const std::size_t end = std::min(begin + kBatch, times.size());
      const std::vector<Micros> batch(times.begin() + static_cast<std::ptrdiff_t>(begin),
                                      times.begin() + static_cast<std::ptrdiff_t>(end));
      GetPictures command;
      command.video = video.key();
      command.times = batch;
      command.max_width = width_;
      command.max_height = height_;
      command.exact = true;  // the keyframe nearest may lie outside of what is cited
      engine_.send(command, this,
                   [this, id = video.key(), batch](const Event& event) { take(event, id, batch); });
    }
  }
}

void Pictures::take(const Event& event, qint64 video, const std::vector<Micros>& times) {
  const auto* ready = std::get_if<PictureReady>(&event.body);
  if (ready == nullptr) return;
  const media::Image& image = ready->picture.image;
  const auto index = static_cast<std::size_t>(ready->picture.index);
  if (index >= times.size() || image.empty()) return;
  const QImage view(image.rgb.data(), image.width, image.height, image.width * 3,
                    QImage::Format_RGB888);
  auto pixmap =
      std::make_unique<QPixmap>(QPixmap::fromImage(view));  // copies: the event is short-lived
  const qsizetype bytes = 4 * static_cast<qsizetype>(image.width) * image.height;
  const Key key{video, times[index]};
  known_.remove(key);
  cache_.insert(key, pixmap.release(), bytes);  // the cache owns it
  emit arrived(video, times[index]);
}

}  // namespace longtake::ui
