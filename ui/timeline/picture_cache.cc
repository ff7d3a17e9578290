#include "ui/timeline/picture_cache.h"

#include <algorithm>

namespace longtake::ui {

namespace {

// Few enough that what the user looks at next need not wait long.
constexpr std::size_t kAtOnce = 12;
// While the view is still moving nothing is asked for.
constexpr int kSettleMs = 50;

QPixmap fill(const QImage& image, QSize size) {
  const QImage scaled =
      image.scaled(size, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
  const QRect middle(
      QPoint((scaled.width() - size.width()) / 2, (scaled.height() - size.height()) / 2), size);
  return QPixmap::fromImage(scaled.copy(middle));
}

}  // namespace

PictureCache::PictureCache(EngineLink& engine, qint64 bytes, QObject* parent)
    : QObject(parent), engine_(engine), limit_(bytes) {
  timer_.setSingleShot(true);
  timer_.setInterval(kSettleMs);
  connect(&timer_, &QTimer::timeout, this, &PictureCache::askForNext);
  connect(&engine, &EngineLink::restarted, this, [this] {
    request_.reset();  // it ended without a word
    forget();
  });
}

void PictureCache::setVideo(qint64 video) {
  if (video == video_) return;
  forget();
  video_ = video;
}

void PictureCache::forget() {
  stop();
  pictures_.clear();
  bytes_ = 0;
  wanted_.clear();
  without_.clear();
}

qint64 PictureCache::Picture::bytes() const {
  return image.sizeInBytes() + qint64{4} * fitted.width() * fitted.height();
}

void PictureCache::setSize(QSize size) {
  size_ = size;
}

PictureCache::Need PictureCache::need(Micros time) const {
  if (without_.contains(time)) return Need::nothing;
  const auto found = pictures_.find(time);
  if (found == pictures_.end()) return Need::keyframe;
  const Picture& picture = found->second;
  if (exact_ && picture.away > near_) return Need::exact;
  const bool small =
      picture.askedFor.width() < size_.width() || picture.askedFor.height() < size_.height();
  return small ? Need::keyframe : Need::nothing;
}

void PictureCache::want(const std::vector<Micros>& times, Micros near, bool exact) {
  if (video_ == 0 || (times == wanted_ && near == near_ && exact == exact_)) return;
  wanted_ = times;
  near_ = near;
  exact_ = exact;
  if (request_ != nullptr) {
    const bool wanted =
        std::any_of(request_->times.begin(), request_->times.end(), [&](Micros time) {
          return need(time) != Need::nothing &&
                 std::find(times.begin(), times.end(), time) != times.end();
        });
    if (wanted) return;  // what is next is asked for when it ends
    stop();
  }
  timer_.start();
}

void PictureCache::stop() {
  timer_.stop();
  if (request_ == nullptr) return;
  engine_.cancel(request_->id);
  request_.reset();
}

void PictureCache::askForNext() {
  if (request_ != nullptr || video_ == 0) return;
  auto request = std::make_shared<Request>();
  for (const Need kind : {Need::keyframe, Need::exact}) {
    for (const Micros time : wanted_) {
      if (request->times.size() == kAtOnce) break;
      if (need(time) == kind) request->times.push_back(time);
    }
    request->exact = kind == Need::exact;
    if (!request->times.empty()) break;
  }
  if (request->times.empty()) return;

  GetPictures command;
  command.video = video_;
  command.times = request->times;
  command.max_width = size_.width();
  command.max_height = size_.height();
  command.exact = request->exact;
  request_ = request;
  const QSize size = size_;
  request->id = engine_.send(std::move(command), this, [this, request, size](const Event& event) {
    if (const auto* ready = std::get_if<PictureReady>(&event.body)) {
      if (ready->video == video_) take(*ready, *request, size);
    } else {
      finish(event, request);
    }
  });
}

// Also of a request that was cancelled meanwhile: the picture is right all the same.
void PictureCache::take(const PictureReady& ready, const Request& request, QSize size) {
  const media::SampledFrame& frame = ready.picture;
  if (frame.index < 0 || frame.index >= static_cast<std::int64_t>(request.times.size())) return;
  const media::Image& pixels = frame.image;
  if (pixels.empty()) return;
  const Micros time = request.times[static_cast<std::size_t>(frame.index)];
  const QImage image(pixels.rgb.data(), pixels.width, pixels.height, 3 * pixels.width,
                     QImage::Format_RGB888);
  Picture& picture = pictures_[time];
  bytes_ -= picture.bytes();
  picture.image = image.convertToFormat(QImage::Format_RGB32);
  picture.fitted = {};
  picture.askedFor = size;
  picture.away = request.exact ? 0 : std::abs(frame.pts - time);
  picture.used = ++clock_;
  bytes_ += picture.bytes();
  makeRoom();
  emit arrived(time);
}

void PictureCache::finish(const Event& event, const std::shared_ptr<Request>& request) {
  if (request != request_) return;  // it was cancelled
  request_.reset();
  const bool failed = std::holds_alternative<RequestFailed>(event.body);
  const Need kind = request->exact ? Need::exact : Need::keyframe;
  for (const Micros time : request->times) {
    if (need(time) == kind) without_.insert(time);  // nothing came
  }
  // A file that cannot be read now is not asked about again and again.
  if (!failed) {
    askForNext();
  } else if (pictures_.empty()) {
    emit this->failed();
  }
}

void PictureCache::makeRoom() {
  while (bytes_ > limit_ && pictures_.size() > 1) {
    const auto oldest = std::min_element(
        pictures_.begin(), pictures_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    bytes_ -= oldest->second.bytes();
    pictures_.erase(oldest);
  }
}

QPixmap PictureCache::picture(Micros time, QSize size) {
  const auto found = pictures_.find(time);
  if (found == pictures_.end() || size.isEmpty()) return {};
  Picture& picture = found->second;
  picture.used = ++clock_;
  if (picture.fitted.size() != size) {
    bytes_ -= picture.bytes();
    picture.fitted = fill(picture.image, size);
    bytes_ += picture.bytes();
  }
  return picture.fitted;
}

QImage PictureCache::nearest(Micros time, Micros within) const {
  const auto after = pictures_.lower_bound(time);
  auto best = pictures_.end();
  if (after != pictures_.end()) best = after;
  if (after != pictures_.begin()) {
    const auto before = std::prev(after);
    if (best == pictures_.end() || time - before->first <= best->first - time) best = before;
  }
  if (best == pictures_.end() || std::abs(best->first - time) > within) return {};
  return best->second.image;
}

}  // namespace longtake::ui
