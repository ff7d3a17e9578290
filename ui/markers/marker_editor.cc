#include "ui/markers/marker_editor.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/text.h"
#include "ui/markers/marker_commands.h"

namespace longtake::ui {

namespace {

// What a person sees instead of the stored name.
QString colorName(const QString& stored) {
  static const char* const names[] = {
      QT_TRANSLATE_NOOP("MarkerEditor", "Red"),    QT_TRANSLATE_NOOP("MarkerEditor", "Orange"),
      QT_TRANSLATE_NOOP("MarkerEditor", "Yellow"), QT_TRANSLATE_NOOP("MarkerEditor", "Green"),
      QT_TRANSLATE_NOOP("MarkerEditor", "Blue"),   QT_TRANSLATE_NOOP("MarkerEditor", "Purple"),
      QT_TRANSLATE_NOOP("MarkerEditor", "Pink"),   QT_TRANSLATE_NOOP("MarkerEditor", "Grey")};
  for (const char* name : names) {
    if (stored.compare(QLatin1String(name), Qt::CaseInsensitive) == 0) {
      return QCoreApplication::translate("MarkerEditor", name);
    }
  }
  return stored;
}

// A round patch of the colour; a ring around the chosen one.
class Swatch : public QToolButton {
 public:
  Swatch(Theme& theme, QString name, QWidget* parent)
      : QToolButton(parent), theme_(theme), name_(std::move(name)) {
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(MarkerEditor::tr("Colour: %1").arg(colorName(name_)));
    setToolTip(colorName(name_));
  }
  const QString& name() const { return name_; }
  QSize sizeHint() const override { return {theme_.px(24), theme_.px(24)}; }

 protected:
  void paintEvent(QPaintEvent* /*event*/) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = theme_.colors().marker(name_);
    const QPointF centre = QRectF(rect()).center();
    const double size = std::min(width(), height()) / 2.0;
    if (isChecked() || hasFocus()) {
      painter.setPen(QPen(hasFocus() ? theme_.colors().accent : color, theme_.px(1.6)));
      painter.drawEllipse(centre, size - 2, size - 2);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(centre, size * 0.56, size * 0.56);
  }

 private:
  Theme& theme_;
  const QString name_;
};

}  // namespace

MarkerEditor::MarkerEditor(Context& context, QWidget* parent)
    : QFrame(parent), context_(context), book_(MarkerBook::of(context)) {
  setAccessibleName(tr("Marker"));
  build();
  connect(save_, &QPushButton::clicked, this, &MarkerEditor::save);
  connect(cancel_, &QPushButton::clicked, this, &MarkerEditor::close);
  for (QLineEdit* field : {label_, begin_, end_}) {
    connect(field, &QLineEdit::returnPressed, this, &MarkerEditor::save);
    connect(field, &QLineEdit::textEdited, this, [this] { fault_->hide(); });
  }
  for (QWidget* child : findChildren<QWidget*>()) child->installEventFilter(this);
  connect(&context_.workspace, &Workspace::videoLeaving, this, &MarkerEditor::leave);
  connect(&context_.workspace, &Workspace::markersChanged, this, [this] {
    if (key_ && !book_.find(*key_)) close();  // undone, or removed elsewhere
  });
  connect(&context_.theme, &Theme::changed, this, &MarkerEditor::restyle);
  restyle();
  hide();
}

void MarkerEditor::build() {
  label_ = new QLineEdit(this);
  label_->setPlaceholderText(tr("Label"));
  label_->setAccessibleName(tr("Label of the marker"));
  label_->setMaxLength(500);
  begin_ = new QLineEdit(this);
  begin_->setAccessibleName(tr("Start of the marker"));
  end_ = new QLineEdit(this);
  end_->setAccessibleName(tr("End of the marker"));
  end_->setPlaceholderText(tr("no end"));
  for (QLineEdit* field : {begin_, end_}) field->setMaxLength(40);
  note_ = new QPlainTextEdit(this);
  note_->setPlaceholderText(tr("Note"));
  note_->setAccessibleName(tr("Note of the marker"));
  note_->setTabChangesFocus(true);
  fault_ = new QLabel(this);
  fault_->setWordWrap(true);
  cancel_ = new QPushButton(tr("Cancel"), this);
  save_ = new QPushButton(tr("Save"), this);
  save_->setProperty("primary", true);

  auto* column = new QVBoxLayout(this);
  column->addWidget(label_);
  auto* patches = new QHBoxLayout;
  patches->setSpacing(0);
  colors_ = new QButtonGroup(this);
  for (const QString& name : markerColors()) {
    auto* swatch = new Swatch(context_.theme, name, this);
    colors_->addButton(swatch);
    patches->addWidget(swatch);
  }
  patches->addStretch();
  column->addLayout(patches);
  auto* times = new QHBoxLayout;
  times->addWidget(begin_, 1);
  times->addWidget(new QLabel(QStringLiteral("–"), this));
  times->addWidget(end_, 1);
  column->addLayout(times);
  column->addWidget(note_);
  column->addWidget(fault_);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch();
  buttons->addWidget(cancel_);
  buttons->addWidget(save_);
  column->addLayout(buttons);
}

void MarkerEditor::edit(MarkerBook::Key key) {
  const auto marker = book_.find(key);
  if (!marker) return;
  if (key_ && *key_ != key && !save()) return;  // what is wrong with it is said there
  key_ = key;
  before_ = *marker;
  const Micros whole = context_.workspace.duration();
  beginText_ = timeText(before_.time.begin, 3, whole);
  endText_ = before_.time.empty() ? QString() : timeText(before_.time.end, 3, whole);
  label_->setText(text(before_.label));
  begin_->setText(beginText_);
  end_->setText(endText_);
  note_->setPlainText(text(before_.note));
  for (QAbstractButton* button : colors_->buttons()) {
    const auto* swatch = static_cast<Swatch*>(button);
    if (swatch->name() == text(before_.colour)) button->setChecked(true);
  }
  fault_->hide();
  show();
  label_->selectAll();
  // The panel may only now be brought to the front.
  QTimer::singleShot(0, label_, [this] { label_->setFocus(Qt::ShortcutFocusReason); });
}

void MarkerEditor::close() {
  if (!key_) return;
  key_.reset();
  hide();
  emit closed();
}

std::optional<Micros> MarkerEditor::read(const QLineEdit& field) {
  const auto time = parseTime(field.text(), constantRate(context_.workspace.video()));
  const Micros duration = context_.workspace.duration();
  if (!time) {
    fault_->setText(tr("“%1” is no time. Type 90, 1:30 or 0:01:30.250").arg(field.text()));
  } else if (duration > 0 && *time > duration) {
    fault_->setText(tr("The video ends at %1").arg(timeText(duration, 3, duration)));
  } else {
    return time;
  }
  return std::nullopt;
}

bool MarkerEditor::save() {
  if (!key_) return true;
  store::Marker after = before_;
  after.label = label_->text().trimmed().toStdString();
  after.note = note_->toPlainText().trimmed().toStdString();
  if (const auto* chosen = static_cast<Swatch*>(colors_->checkedButton())) {
    after.colour = chosen->name().toStdString();
  }
  if (begin_->text() != beginText_) {
    const auto begin = read(*begin_);
    if (!begin) {
      fault_->show();
      begin_->setFocus();
      return false;
    }
    after.time.begin = *begin;
    if (before_.time.empty()) after.time.end = *begin;
  }
  if (end_->text() != endText_) {
    const auto end =
        end_->text().trimmed().isEmpty() ? std::optional(after.time.begin) : read(*end_);
    if (!end) {
      fault_->show();
      end_->setFocus();
      return false;
    }
    after.time.end = *end;
  }
  if (after.time.end < after.time.begin) {
    fault_->setText(tr("The end lies before the start"));
    fault_->show();
    end_->setFocus();
    return false;
  }
  // Its id may have changed while it was edited.
  before_.id = book_.idOf(*key_);
  changeMarker(context_, before_, after);
  close();
  return true;
}

// Its times can no longer be mended, but nothing else of it is to be lost.
void MarkerEditor::leave() {
  if (save()) return;
  begin_->setText(beginText_);
  end_->setText(endText_);
  save();
}

bool MarkerEditor::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    const bool saves = watched == note_ && enter && (key->modifiers() & Qt::ControlModifier) != 0;
    if (key->key() == Qt::Key_Escape || saves) {
      event->accept();
      if (event->type() == QEvent::KeyPress) {
        if (saves) {
          save();
        } else {
          close();
        }
      }
      return true;
    }
  }
  return QFrame::eventFilter(watched, event);
}

void MarkerEditor::restyle() {
  const Theme& theme = context_.theme;
  layout()->setContentsMargins(theme.gap(), theme.gap(), theme.gap(), theme.gap());
  layout()->setSpacing(theme.gapSmall());
  const QFontMetrics metrics(theme.font(Theme::Font::body));
  note_->setFixedHeight(metrics.lineSpacing() * 3 + theme.px(14));
  fault_->setStyleSheet(QStringLiteral("color: %1").arg(theme.colors().bad.name()));
  for (QAbstractButton* button : colors_->buttons()) button->updateGeometry();
  update();
}

void MarkerEditor::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), context_.theme.colors().surface);
  painter.fillRect(QRect(0, 0, width(), 1), context_.theme.colors().line);
}

}  // namespace longtake::ui
