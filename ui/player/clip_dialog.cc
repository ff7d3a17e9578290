#include "ui/player/clip_dialog.h"

#include <QButtonGroup>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QScreen>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/player/jumps.h"

namespace longtake::ui {

ClipDialog::ClipDialog(Context& context, QWidget* parent, const std::optional<TimeRange>& cited)
    : QDialog(parent), context_(context), video_(context.workspace.video()), cited_(cited) {
  setWindowTitle(tr("Export Clip"));
  marked_ = context_.workspace.markedRange();
  const auto citation = selectedCitation(context_.workspace);
  if (!cited_ && citation) cited_ = citation->time;
  const Micros whole = context_.workspace.duration();
  const auto described = [&](const QString& name, const std::optional<TimeRange>& range) {
    return range ? tr("%1: %2 (%3)")
                       .arg(name, rangeText(*range, whole), durationWords(range->length()))
                 : tr("%1: none").arg(name);
  };

  auto* column = new QVBoxLayout(this);
  const auto heading = [&](const QString& text) {
    auto* label = new QLabel(text, this);
    label->setProperty("title", true);
    label->setObjectName(QStringLiteral("heading"));
    column->addWidget(label);
    return label;
  };
  const auto choice = [&](const QString& text, QButtonGroup* group) {
    auto* button = new QRadioButton(text, this);
    group->addButton(button);
    column->addWidget(button);
    return button;
  };
  const auto hint = [&](const QString& text) {
    auto* label = new QLabel(text, this);
    label->setProperty("soft", true);
    label->setWordWrap(true);
    column->addWidget(label);
    return label;
  };

  what_ = heading(tr("Which part"));
  auto* parts = new QButtonGroup(this);
  markedChoice_ = choice(described(tr("Marked range"), marked_), parts);
  citedChoice_ = choice(described(tr("Selected citation"), cited_), parts);
  markedChoice_->setEnabled(marked_.has_value());
  citedChoice_->setEnabled(cited_.has_value());
  if (marked_ && !cited) {
    markedChoice_->setChecked(true);
  } else if (cited_) {
    citedChoice_->setChecked(true);
  }
  heading(tr("How"));
  auto* ways = new QButtonGroup(this);
  copyChoice_ = choice(tr("Copy without loss"), ways);
  copyHint_ =
      hint(tr("Quick, and every pixel as it was; starts at the keyframe before, so possibly some "
              "seconds early."));
  exactChoice_ = choice(tr("Exact, encoded again"), ways);
  exactHint_ =
      hint(tr("Starts and ends on the very frame; takes longer, and loses a little quality."));
  copyChoice_->setChecked(true);

  heading(tr("File"));
  path_ = new QLineEdit(this);
  path_->setAccessibleName(tr("File of the clip"));
  browse_ = new QPushButton(tr("Choose…"), this);
  auto* row = new QHBoxLayout;
  row->addWidget(path_, 1);
  row->addWidget(browse_);
  column->addLayout(row);

  progress_ = new QProgressBar(this);
  progress_->setRange(0, 0);
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("Writing the clip"));
  state_ = new QLabel(this);
  state_->setWordWrap(true);
  state_->setTextFormat(Qt::PlainText);
  column->addWidget(progress_);
  column->addWidget(state_);
  column->addStretch();
  cancel_ = new QPushButton(tr("Close"), this);
  export_ = new QPushButton(tr("Export"), this);
  export_->setProperty("primary", true);
  export_->setDefault(true);
  replace_.setButton(export_);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch();
  buttons->addWidget(cancel_);
  buttons->addWidget(export_);
  column->addLayout(buttons);

  for (QButtonGroup* group : {parts, ways}) {
    connect(group, &QButtonGroup::buttonClicked, this, &ClipDialog::propose);
  }
  connect(path_, &QLineEdit::textEdited, this, [this] {
    ownName_ = true;
    showState();
  });
  connect(path_, &QLineEdit::textChanged, this, [this] {
    replace_.forget();
    say({});  // what was told is of another file
  });
  connect(browse_, &QPushButton::clicked, this, &ClipDialog::choosePath);
  connect(export_, &QPushButton::clicked, this, &ClipDialog::start);
  connect(cancel_, &QPushButton::clicked, this, [this] {
    if (request_ != 0) {
      context_.engine.cancel(request_);
    } else {
      reject();
    }
  });
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    request_ = 0;
    showState();
  });
  connect(&context_.theme, &Theme::changed, this, &ClipDialog::restyle);
  restyle();
  propose();
  if (!range()) say(context_.actions.markRangeFirst());
}

std::optional<TimeRange> ClipDialog::range() const {
  return markedChoice_->isChecked() ? marked_ : (citedChoice_->isChecked() ? cited_ : std::nullopt);
}

void ClipDialog::propose() {
  if (!ownName_) {
    // A copy goes into a container of the same kind, which surely takes its streams.
    const QString own = QFileInfo(text(video_.path.string())).suffix().toLower();
    const QStringList kinds = {"mp4", "mkv", "mov", "webm", "ts", "avi", "m4v"};
    const QString suffix = exactChoice_->isChecked() ? QStringLiteral("mp4")
                           : kinds.contains(own)     ? own
                                                     : QStringLiteral("mkv");
    const QDir folder(context_.settings.exportFolder(QStandardPaths::MoviesLocation));
    const QString base = momentName(video_, range() ? range()->begin : 0);
    QString name = base + QLatin1Char('.') + suffix;
    // A second clip of the same moment gets a name of its own.
    for (int number = 2; folder.exists(name); ++number) {
      name = base + QStringLiteral(" (%1).").arg(number) + suffix;
    }
    path_->setText(folder.filePath(name));
    path_->setCursorPosition(static_cast<int>(path_->text().size()));
  }
  showState();
}

void ClipDialog::choosePath() {
  auto* dialog = new QFileDialog(this, tr("File of the Clip"), path_->text());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->selectFile(QFileInfo(path_->text()).fileName());
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    path_->setText(path);
    ownName_ = true;
    replace_.allow(path);  // the dialog has asked
    showState();
  });
  dialog->open();
}

void ClipDialog::start() {
  const auto part = range();
  if (!part || request_ != 0) return;
  const QString file = path_->text().trimmed();
  if (const QString objection = replace_.objection(file); !objection.isEmpty()) {
    say(objection, &Colors::warn);
    return;
  }
  ExportClip command;
  command.video = video_.id;
  command.time = *part;
  command.path = file.toStdString();
  command.reencode = exactChoice_->isChecked();
  say(tr("Writing %1…").arg(QFileInfo(file).fileName()));
  request_ =
      context_.engine.send(std::move(command), this, [this](const Event& event) { finish(event); });
  showState();
}

void ClipDialog::finish(const Event& event) {
  if (!ends_request(event)) return;
  request_ = 0;
  replace_.forget();
  if (const auto* written = std::get_if<Exported>(&event.body)) {
    QStringList lines{tr("Saved: %1 (%2)")
                          .arg(QFileInfo(text(written->path)).fileName(), sizeText(written->size))};
    for (const std::string& note : written->notes) lines << engineText(note);
    say(lines.join(QLatin1Char('\n')));
    context_.settings.setExportFolder(QFileInfo(text(written->path)).absolutePath());
    emit context_.workspace.told(lines.first());
  } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
    if (failure->code == ErrorCode::cancelled) {
      say(tr("Cancelled; nothing was written."));
    } else {
      say(withHint(engineText(failure->message), engineText(failure->hint)), &Colors::bad);
    }
  }
  showState();
}

void ClipDialog::say(const QString& text, QColor Colors::*color) {
  state_->setText(text);
  state_->setStyleSheet(
      color == &Colors::text
          ? QString()
          : QStringLiteral("color: %1").arg((context_.theme.colors().*color).name()));
  state_->setVisible(!text.isEmpty());
  grow();
}

// A window keeps its height when the words in it become more.
void ClipDialog::grow() {
  layout()->activate();
  const int needed = layout()->totalHeightForWidth(width());
  if (isVisible() && needed > height()) resize(width(), needed);
}

void ClipDialog::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  grow();
}

void ClipDialog::showState() {
  const bool writing = request_ != 0;
  progress_->setVisible(writing);
  cancel_->setText(writing ? tr("Cancel") : tr("Close"));
  export_->setEnabled(!writing && range() && !path_->text().trimmed().isEmpty());
  for (QWidget* widget :
       std::initializer_list<QWidget*>{copyChoice_, exactChoice_, path_, browse_}) {
    widget->setEnabled(!writing);
  }
  markedChoice_->setEnabled(!writing && marked_);
  citedChoice_->setEnabled(!writing && cited_);
  grow();
}

void ClipDialog::done(int result) {
  if (request_ != 0) context_.engine.cancel(std::exchange(request_, 0));
  QDialog::done(result);
}

void ClipDialog::restyle() {
  const Theme& theme = context_.theme;
  const int margin = theme.gapLarge();
  layout()->setContentsMargins(margin, margin, margin, margin);
  layout()->setSpacing(theme.gapSmall());
  // Under the words of their radio button.
  const int indent = theme.px(24);
  for (QLabel* label : {copyHint_, exactHint_}) {
    label->setFont(theme.font(Theme::Font::small));
    label->setContentsMargins(layoutDirection() == Qt::LeftToRight ? indent : 0, 0,
                              layoutDirection() == Qt::LeftToRight ? 0 : indent, 0);
  }
  for (QLabel* label : findChildren<QLabel*>(QStringLiteral("heading"))) {
    label->setContentsMargins(0, label == what_ ? 0 : theme.gap(), 0, 0);
  }
  // Where the text is large, it is the height that a screen lacks.
  setMinimumWidth(std::min(theme.px(540), screen()->availableSize().width() - 40));
}

}  // namespace longtake::ui
