#include "ui/dialogs/pdf_pages.h"

#include <QLabel>
#include <QPainter>
#include <QPdfSelection>
#include <QScrollBar>
#include <QVBoxLayout>

namespace longtake::ui {

PdfPages::PdfPages(const Theme& theme, QWidget* parent) : QScrollArea(parent), theme_(theme) {
  setWidget(new QWidget);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // else the pages' width would flicker
  new QVBoxLayout(widget());
  renderer_.setDocument(&document_);
  renderer_.setRenderMode(QPdfPageRenderer::RenderMode::MultiThreaded);
  connect(&renderer_, &QPdfPageRenderer::pageRendered, this,
          [this](int page, QSize /*size*/, const QImage& image) { take(page, image); });
  connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &PdfPages::drawVisible);
  connect(&theme_, &Theme::changed, this, &PdfPages::arrange);
}

bool PdfPages::show(const QByteArray& pdf) {
  document_.close();
  buffer_.close();
  bytes_ = pdf;
  buffer_.setBuffer(&bytes_);
  buffer_.open(QIODevice::ReadOnly);
  document_.load(&buffer_);
  qDeleteAll(pages_);
  pages_.clear();
  drawn_.clear();
  wanted_.clear();
  if (document_.status() != QPdfDocument::Status::Ready) return false;
  for (int i = 0; i < document_.pageCount(); ++i) {
    auto* page = new QLabel(widget());
    page->setAccessibleName(tr("Page %1 of %2").arg(i + 1).arg(document_.pageCount()));
    widget()->layout()->addWidget(page);
    pages_ << page;
  }
  verticalScrollBar()->setValue(0);
  arrange();
  return true;
}

// Each page's place is known before it is drawn.
void PdfPages::arrange() {
  auto* column = static_cast<QVBoxLayout*>(widget()->layout());
  column->setSpacing(theme_.gapSmall());
  const int gap = theme_.gapSmall();
  column->setContentsMargins(gap, gap, gap, gap);
  column->setAlignment(Qt::AlignTop);
  const int width = viewport()->width() - 2 * gap;
  if (width <= 0) return;
  for (int i = 0; i < pageCount(); ++i) {
    const QSizeF size = document_.pagePointSize(i);
    if (size.isEmpty()) continue;
    const QSize box(width, qRound(width * size.height() / size.width()));
    if (pages_[i]->size() == box && wanted_.contains(i)) continue;
    pages_[i]->setFixedSize(box);
    wanted_.remove(i);
  }
  widget()->layout()->activate();
  drawVisible();
}

void PdfPages::drawVisible() {
  const int top = verticalScrollBar()->value();
  const int bottom = top + viewport()->height();
  for (int i = 0; i < pageCount(); ++i) {
    const QRect place = pages_[i]->geometry();
    if (place.bottom() < top || place.top() > bottom) continue;
    const QSize size = pages_[i]->size() * devicePixelRatioF();
    if (wanted_.value(i) == size) continue;
    wanted_[i] = size;
    renderer_.requestPage(i, size);
  }
}

void PdfPages::take(int page, const QImage& image) {
  // Of a width, or of a file, that is no longer shown.
  if (page >= pageCount() || wanted_.value(page) != image.size()) return;
  QImage paper(image.size(), QImage::Format_RGB32);
  paper.fill(Qt::white);
  QPainter(&paper).drawImage(0, 0, image);
  paper.setDevicePixelRatio(devicePixelRatioF());
  drawn_[page] = paper;
  pages_[page]->setPixmap(QPixmap::fromImage(paper));
}

QString PdfPages::plainText() {
  QString words;
  for (int i = 0; i < pageCount(); ++i) words += document_.getAllText(i).text() + QLatin1Char('\n');
  return words;
}

void PdfPages::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  arrange();
}

}  // namespace longtake::ui
