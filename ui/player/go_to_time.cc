#include "ui/player/go_to_time.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <cmath>

#include "ui/base/text.h"

namespace longtake::ui {

GoToTime::GoToTime(Context& context, QWidget* parent) : QFrame(parent), context_(context) {
  setAccessibleName(tr("Go to time"));
  edit_ = new QLineEdit(this);
  edit_->setAccessibleName(tr("Time to go to"));
  edit_->setMaxLength(40);
  edit_->installEventFilter(this);
  hint_ = new QLabel(this);
  hint_->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->addWidget(edit_);
  column->addWidget(hint_);
  connect(edit_, &QLineEdit::textEdited, this, [this] {
    std::optional<Micros> time;
    // While somebody types, only what typing more cannot mend is worth a word.
    hint_->setText(edit_->text().trimmed().isEmpty()
                       ? tr("90, 1:30, 0:01:30.250, 00:01:30:12 or f2700")
                       : fault(edit_->text(), time));
    if (time)
      hint_->setText(tr("Enter goes to %1").arg(timeText(*time, 3, context_.workspace.duration())));
    place();
  });
  connect(edit_, &QLineEdit::returnPressed, this, &GoToTime::go);
  connect(&context_.theme, &Theme::changed, this, &GoToTime::restyle);
  connect(&context_.workspace, &Workspace::videoChanged, this, &QWidget::hide);
  restyle();
  hide();
}

void GoToTime::popUp(int bottom) {
  bottom_ = bottom;
  edit_->setText(timeText(context_.workspace.position(), 3, context_.workspace.duration()));
  edit_->selectAll();
  hint_->setText(tr("90, 1:30, 0:01:30.250, 00:01:30:12 or f2700"));
  place();
  show();
  raise();
  edit_->setFocus(Qt::ShortcutFocusReason);
}

void GoToTime::place() {
  const int width = std::min(context_.theme.px(300), parentWidget()->width());
  setFixedWidth(width);
  const int height =
      layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width) : sizeHint().height();
  setGeometry((parentWidget()->width() - width) / 2,
              std::max(0, bottom_ - height - context_.theme.gap()), width, height);
}

QString GoToTime::fault(const QString& typed, std::optional<Micros>& time) const {
  const store::Video& video = context_.workspace.video();
  const auto rate = constantRate(video);
  const auto parsed = parseTime(typed, rate);
  const Micros duration = context_.workspace.duration();
  if (parsed && (duration <= 0 || *parsed < duration)) {
    time = parsed;
    return {};
  }
  if (parsed) return tr("The video ends at %1").arg(timeText(duration, 3, duration));
  // Readable with some frame rate: then it is the rate that is missing, or the frame that does not
  // exist.
  if (parseTime(typed, 1000.0)) {
    if (!rate) return tr("This video has no constant frame rate, so its frames have no numbers");
    return tr("A second of this video has only %n frame(s)", nullptr,
              static_cast<int>(std::ceil(*rate)));
  }
  return tr("This is no time. Type 90, 1:30, 0:01:30.250, 00:01:30:12 or f2700");
}

void GoToTime::go() {
  std::optional<Micros> time;
  const QString what = fault(edit_->text(), time);
  if (!time) {
    hint_->setText(what);
    edit_->selectAll();
    place();
    return;
  }
  hide();
  if (parentWidget() != nullptr) parentWidget()->setFocus();
  context_.workspace.seek(*time);
}

bool GoToTime::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
    if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
      event->accept();
      if (event->type() == QEvent::KeyPress) {
        hide();
        parentWidget()->setFocus();
      }
      return true;
    }
  } else if (event->type() == QEvent::FocusOut) {
    if (static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
      hide();
    }
  }
  return QFrame::eventFilter(watched, event);
}

void GoToTime::restyle() {
  const Theme& theme = context_.theme;
  layout()->setContentsMargins(theme.gap(), theme.gap(), theme.gap(), theme.gap());
  layout()->setSpacing(theme.gapSmall());
  edit_->setFont(theme.font(Theme::Font::title));
  hint_->setFont(theme.font(Theme::Font::small));
  hint_->setProperty("soft", true);
  if (isVisible()) place();
}

void GoToTime::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(context_.theme.colors().line);
  painter.setBrush(context_.theme.colors().surface);
  const double radius = context_.theme.radius() * 1.5;
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

}  // namespace longtake::ui
