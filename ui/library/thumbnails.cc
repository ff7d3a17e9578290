#include "ui/library/thumbnails.h"

#include <QImage>

namespace longtake::ui {

namespace {

constexpr int kWidth = 240;  // of a picture 120 wide on a screen of twice the density
constexpr int kHeight = 136;
constexpr int kKept = 600;
constexpr int kWanted = 64;  // rows that were scrolled past long ago need no picture
constexpr int kAtOnce = 2;

QPixmap toPixmap(const media::Image& image) {
  const std::size_t bytes = std::size_t{3} * image.width * image.height;
  if (image.width <= 0 || image.height <= 0 || image.rgb.size() < bytes) return {};
  return QPixmap::fromImage(
      QImage(image.rgb.data(), image.width, image.height, image.width * 3, QImage::Format_RGB888));
}

}  // namespace

Thumbnails::Thumbnails(Context& context, Shelf& shelf, QObject* parent)
    : QObject(parent), context_(context), shelf_(shelf), pictures_(kKept) {
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    pictures_.clear();
    wanted_.clear();
    inFlight_.clear();
    failed_.clear();
  });
  connect(&shelf_, &Shelf::changed, this,
          [this](const QSet<qint64>& videos) { failed_ -= videos; });
}

QPixmap Thumbnails::of(qint64 video) {
  if (const QPixmap* picture = pictures_.object(video)) return *picture;
  if (inFlight_.contains(video) || failed_.contains(video)) return {};
  wanted_.removeOne(video);
  wanted_.append(video);
  if (wanted_.size() > kWanted) wanted_.removeFirst();
  next();
  return {};
}

void Thumbnails::next() {
  while (inFlight_.size() < kAtOnce && !wanted_.isEmpty()) {
    const qint64 video = wanted_.takeLast();
    const ShelfVideo* known = shelf_.find(video);
    // A stream's address is not opened a second time only for a picture.
    if (known == nullptr || known->missing || known->isAddress()) {
      failed_.insert(video);
      continue;
    }
    inFlight_.insert(video);
    GetPictures command{video, {known->video.duration / 10}, kWidth, kHeight, false};
    context_.engine.send(command, this, [this, video](const Event& event) {
      if (const auto* picture = std::get_if<PictureReady>(&event.body)) {
        const QPixmap pixmap = toPixmap(picture->picture.image);
        if (!pixmap.isNull()) {
          pictures_.insert(video, new QPixmap(pixmap));
          emit ready(video);
        }
      }
      if (!ends_request(event)) return;
      inFlight_.remove(video);
      if (!pictures_.contains(video)) failed_.insert(video);
      next();
    });
  }
}

}  // namespace longtake::ui
