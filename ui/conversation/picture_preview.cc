#include "ui/conversation/picture_preview.h"

#include <QPainter>
#include <QPainterPath>
#include <QScreen>
#include <algorithm>

namespace longtake::ui {

PicturePreview::PicturePreview(const Theme& theme, QWidget* owner)
    : QWidget(owner, Qt::ToolTip | Qt::FramelessWindowHint), theme_(theme) {
  setAttribute(Qt::WA_TranslucentBackground);
  setAttribute(Qt::WA_ShowWithoutActivating);
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setObjectName(QStringLiteral("picturePreview"));
}

QSize PicturePreview::pictureSize() const {
  const QSize box(theme_.px(320), theme_.px(180));
  return picture_.isNull() ? box : picture_.size().scaled(box, Qt::KeepAspectRatio);
}

void PicturePreview::showBeside(const QRect& anchor, const QPixmap& picture, const QString& title,
                                const QString& detail) {
  picture_ = picture;
  title_ = title;
  detail_ = detail;
  const int pad = theme_.gapSmall();
  const int lines = QFontMetrics(theme_.font(Theme::Font::strong)).height() +
                    QFontMetrics(theme_.font(Theme::Font::small)).height();
  resize(theme_.px(320) + 2 * pad, theme_.px(180) + lines + 3 * pad);
  const QRect screen = parentWidget()->screen()->availableGeometry();
  // Beside the panel's edge that has more room, so that it does not cover the next citation.
  const bool before = anchor.left() - screen.left() > screen.right() - anchor.right();
  int x = before ? anchor.left() - width() - pad : anchor.right() + pad;
  int y = anchor.center().y() - height() / 2;
  x = std::clamp(x, screen.left(), std::max(screen.left(), screen.right() - width()));
  y = std::clamp(y, screen.top(), std::max(screen.top(), screen.bottom() - height()));
  move(x, y);
  show();
  update();
}

void PicturePreview::setPicture(const QPixmap& picture) {
  picture_ = picture;
  update();
}

void PicturePreview::paintEvent(QPaintEvent* /*event*/) {
  const Colors& c = theme_.colors();
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  painter.setLayoutDirection(layoutDirection());
  const int pad = theme_.gapSmall();
  painter.setPen(c.line);
  painter.setBrush(c.raised);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme_.radius() + 2,
                          theme_.radius() + 2);
  const QRect box(pad, pad, width() - 2 * pad, theme_.px(180));
  QPainterPath clip;
  clip.addRoundedRect(box, theme_.radius(), theme_.radius());
  painter.save();
  painter.setClipPath(clip);
  painter.fillRect(box, c.video);
  if (!picture_.isNull()) {
    QRect place({0, 0}, pictureSize());
    place.moveCenter(box.center());
    painter.drawPixmap(place, picture_);
  }
  painter.restore();
  QRect line(pad, box.bottom() + pad, box.width(), 0);
  const auto write = [&](const QString& words, Theme::Font font, const QColor& color) {
    painter.setFont(theme_.font(font));
    painter.setPen(color);
    const QFontMetrics metrics = painter.fontMetrics();
    line.setHeight(metrics.height());
    painter.drawText(line, Qt::AlignLeading | Qt::AlignVCenter,
                     metrics.elidedText(words, Qt::ElideRight, line.width()));
    line.moveTop(line.top() + metrics.height());
  };
  write(title_, Theme::Font::strong, c.text);
  write(detail_, Theme::Font::small, c.textSoft);
}

}  // namespace longtake::ui
