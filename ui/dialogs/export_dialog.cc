#include "ui/dialogs/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStandardPaths>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/dialogs/export_formats.h"
#include "ui/dialogs/export_preview.h"

namespace longtake::ui {

namespace {

constexpr int kSoonMs = 150;
// A conversation's question can be a page long.
constexpr int kTitleLetters = 60;

const char* const kRates[] = {"23.976", "24", "25", "29.97", "30", "50", "59.94", "60"};

QString suffixOf(report::Format format) {
  const std::string_view suffix = report::format_facts(format).suffix;
  return QString::fromLatin1(suffix.data(), static_cast<qsizetype>(suffix.size()));
}

}  // namespace

ExportDialog::ExportDialog(Context& context, QWidget* parent)
    : QDialog(parent), context_(context), video_(context.workspace.video()) {
  setWindowTitle(tr("Export"));
  build();
  soon_.setSingleShot(true);
  soon_.setInterval(kSoonMs);
  connect(&soon_, &QTimer::timeout, this, &ExportDialog::preview);
  connect(&context.theme, &Theme::changed, this, &ExportDialog::applyTheme);
  applyTheme();
  readConversations();
  showOptions();
  suggestName();
  soon_.start();
}

void ExportDialog::build() {
  column_ = new QVBoxLayout(this);
  title_ = new QLabel(tr("Export what is known about %1").arg(text(video_.name)), this);
  title_->setWordWrap(true);
  title_->setTextFormat(Qt::PlainText);
  column_->addWidget(title_);
  panes_ = new QHBoxLayout;
  formats_ = new ExportFormats(context_.theme, this);
  if (const auto last = report::format_named(context_.settings.exportFormat().toStdString())) {
    formats_->setFormat(*last);
  }
  panes_->addWidget(formats_);
  auto* page = new QWidget;
  sideColumn_ = new QVBoxLayout(page);
  sideColumn_->addWidget(buildOptions());
  preview_ = new ExportPreview(context_.theme, page);
  sideColumn_->addWidget(preview_, 1);
  side_ = new QScrollArea(this);
  side_->setWidget(page);
  side_->setWidgetResizable(true);
  side_->setFocusPolicy(Qt::NoFocus);
  side_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  panes_->addWidget(side_, 1);
  column_->addLayout(panes_, 1);

  auto* file = new QHBoxLayout;
  path_ = new QLineEdit(this);
  path_->setAccessibleName(tr("File to write"));
  choose_ = new QPushButton(tr("Choose…"), this);
  choose_->setAutoDefault(false);
  file->addWidget(path_, 1);
  file->addWidget(choose_);
  column_->addLayout(file);

  auto* foot = new QHBoxLayout;
  state_ = new QLabel(this);
  state_->setWordWrap(true);
  state_->setTextFormat(Qt::PlainText);
  state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  openFolder_ = new QPushButton(tr("Open Folder"), this);
  openFolder_->setAutoDefault(false);
  openFolder_->hide();
  close_ = new QPushButton(tr("Close"), this);
  close_->setAutoDefault(false);
  export_ = new QPushButton(tr("Export"), this);
  export_->setProperty("primary", true);
  export_->setDefault(true);
  export_->setObjectName(QStringLiteral("export"));
  replace_.setButton(export_);
  foot->addWidget(state_, 1);
  foot->addWidget(openFolder_);
  foot->addWidget(close_);
  foot->addWidget(export_);
  column_->addLayout(foot);

  connect(formats_, &ExportFormats::chosen, this, [this] {
    hush();
    showOptions();
    suggestName();
    soon_.start();
  });
  connect(path_, &QLineEdit::textChanged, this, [this] {
    hush();
    export_->setEnabled(writing_ == 0 && !path_->text().trimmed().isEmpty());
  });
  connect(choose_, &QPushButton::clicked, this, &ExportDialog::choose);
  connect(close_, &QPushButton::clicked, this, &QDialog::reject);
  connect(export_, &QPushButton::clicked, this, &ExportDialog::write);
  connect(openFolder_, &QPushButton::clicked, this, [this] {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(written_).absolutePath()));
  });
}

QWidget* ExportDialog::buildOptions() {
  auto* page = new QWidget;
  form_ = new QFormLayout(page);
  form_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  form_->setRowWrapPolicy(QFormLayout::WrapLongRows);
  const auto check = [&](const QString& words, bool on) {
    auto* box = new QCheckBox(words, page);
    box->setChecked(on);
    connect(box, &QCheckBox::toggled, &soon_, qOverload<>(&QTimer::start));
    return box;
  };
  const auto row = [&](const QString& words, QWidget* field) {
    field->setAccessibleName(words);
    form_->addRow(words, field);
  };
  which_ = new QComboBox(page);
  which_->addItem(tr("All conversations"), QVariant::fromValue<qint64>(0));
  which_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  which_->setMinimumContentsLength(12);
  which_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);  // its texts are questions
  connect(which_, &QComboBox::currentIndexChanged, &soon_, qOverload<>(&QTimer::start));
  row(tr("Conversations"), which_);
  citations_ = check(tr("Answers with their citations"), true);
  markers_ = check(tr("Markers"), true);
  accepted_ = check(tr("Only citations that you accepted"), false);
  pictures_ = check(tr("Pictures"), true);
  auto* what = new QVBoxLayout;
  what->setSpacing(context_.theme.gapTiny());
  for (QCheckBox* box : {citations_, accepted_, markers_, pictures_}) what->addWidget(box);
  form_->addRow(tr("Contents"), what);
  connect(citations_, &QCheckBox::toggled, accepted_, &QWidget::setEnabled);

  language_ = new QComboBox(page);
  for (int i = 0; i < report::kLanguages; ++i) {
    const report::LanguageFacts& facts = report::language_facts(static_cast<report::Language>(i));
    language_->addItem(
        QString::fromUtf8(facts.name.data(), static_cast<qsizetype>(facts.name.size())));
  }
  // That of the windows, which is English where they do not speak the system's.
  const std::string code = QLocale::languageToCode(QLocale().language()).toStdString();
  language_->setCurrentIndex(
      static_cast<int>(report::language_named(code).value_or(report::Language::english)));
  connect(language_, &QComboBox::currentIndexChanged, &soon_, qOverload<>(&QTimer::start));
  row(tr("Language"), language_);

  rate_ = new QComboBox(page);
  const std::optional<double> own = constantRate(video_);
  rate_->addItem(own ? tr("The video's own (%1)").arg(QLocale().toString(*own, 'g', 5))
                     : tr("Nearest to the video's"));
  for (const char* rate : kRates) rate_->addItem(QLatin1String(rate), QString::fromLatin1(rate));
  connect(rate_, &QComboBox::currentIndexChanged, &soon_, qOverload<>(&QTimer::start));
  row(tr("Frames per second"), rate_);
  start_ = new QLineEdit(page);
  start_->setClearButtonEnabled(true);
  connect(start_, &QLineEdit::textChanged, &soon_, qOverload<>(&QTimer::start));
  row(tr("Start timecode"), start_);
  separator_ = new QComboBox(page);
  separator_->addItem(tr("Comma"), QChar(u','));
  separator_->addItem(tr("Semicolon"), QChar(u';'));
  separator_->addItem(tr("Tab"), QChar(u'\t'));
  connect(separator_, &QComboBox::currentIndexChanged, &soon_, qOverload<>(&QTimer::start));
  row(tr("Separator"), separator_);
  mark_ = check(tr("Byte order mark, for old Windows programs"), false);
  form_->addRow(QString(), mark_);
  return page;
}

void ExportDialog::applyTheme() {
  const Theme& theme = context_.theme;
  title_->setFont(theme.font(Theme::Font::title));
  column_->setContentsMargins(theme.gapLarge(), theme.gap(), theme.gapLarge(), theme.gap());
  column_->setSpacing(theme.gap());
  panes_->setSpacing(theme.gapLarge());
  sideColumn_->setContentsMargins(0, 0, theme.gapSmall(), 0);
  sideColumn_->setSpacing(theme.gap());
  form_->setContentsMargins(0, 0, 0, 0);
  preview_->setMinimumHeight(theme.px(180));
  form_->setHorizontalSpacing(theme.gap());
  form_->setVerticalSpacing(theme.gapSmall());
  formats_->setFixedWidth(theme.px(240));
  QSize size(theme.px(900), theme.px(620));
  size = size.boundedTo(screen()->availableSize() - QSize(40, 60));
  setMinimumSize(size.boundedTo({theme.px(480), theme.px(320)}));
  resize(size);
}

void ExportDialog::setConversation(qint64 conversation) {
  wanted_ = conversation;
  // One that is about other videos is not in the list.
  which_->setCurrentIndex(std::max(which_->findData(QVariant::fromValue(conversation)), 0));
}

void ExportDialog::readConversations() {
  context_.engine.send(ListConversations{video_.id}, this, [this](const Event& event) {
    const auto* list = std::get_if<ConversationList>(&event.body);
    if (list == nullptr) return;
    for (auto one = list->conversations.rbegin(); one != list->conversations.rend(); ++one) {
      QString title = text(one->title).simplified();
      if (title.size() > kTitleLetters) title = title.left(kTitleLetters - 1) + QChar(0x2026);
      which_->addItem(title, QVariant::fromValue<qint64>(one->id));
      which_->setItemData(which_->count() - 1, plainTip(text(one->title)), Qt::ToolTipRole);
    }
    setConversation(wanted_);
  });
}

// Only what the format knows.
void ExportDialog::showOptions() {
  const report::Format format = formats_->format();
  const report::FormatFacts& facts = report::format_facts(format);
  pictures_->setVisible(facts.has_pictures);
  form_->setRowVisible(language_, facts.has_words);
  form_->setRowVisible(rate_, facts.counts_frames);
  form_->setRowVisible(start_, facts.counts_frames);
  form_->setRowVisible(separator_, format == report::Format::csv);
  form_->setRowVisible(mark_, format == report::Format::csv || format == report::Format::srt);
  start_->setPlaceholderText(format == report::Format::resolve ? QStringLiteral("01:00:00:00")
                                                               : tr("The video's own"));
}

void ExportDialog::suggestName() {
  if (!path_->text().isEmpty() && path_->text() != suggested_) {
    // A name of the user's own keeps everything but the suffix.
    const QFileInfo info(path_->text());
    path_->setText(info.dir().filePath(info.completeBaseName() + suffixOf(formats_->format())));
    return;
  }
  const QString folder = context_.settings.exportFolder(QStandardPaths::DocumentsLocation);
  QString name = QFileInfo(text(video_.name)).completeBaseName();
  if (name.isEmpty()) name = tr("Video");
  name.replace(QLatin1Char('/'), QLatin1Char('_'));
  suggested_ = QDir(folder).filePath(name + suffixOf(formats_->format()));
  path_->setText(suggested_);
}

Export ExportDialog::command() const {
  Export command;
  command.video = video_.id;
  const qint64 conversation = which_->currentData().toLongLong();
  if (conversation != 0) command.conversations.push_back(conversation);
  report::ExportOptions& options = command.options;
  options.format = formats_->format();
  const report::FormatFacts& facts = report::format_facts(options.format);
  options.language = static_cast<report::Language>(language_->currentIndex());
  options.citations = citations_->isChecked();
  options.markers = markers_->isChecked();
  options.accepted_only = accepted_->isChecked();
  options.pictures = facts.has_pictures && pictures_->isChecked();
  if (facts.counts_frames) {
    const QString rate = rate_->currentData().toString();
    if (!rate.isEmpty()) options.frame_rate = report::parse_frame_rate(rate.toStdString());
    const QString start = start_->text().trimmed();
    if (!start.isEmpty()) options.start_timecode = start.toStdString();
  }
  options.separator = separator_->currentData().toChar().toLatin1();
  options.byte_order_mark = !mark_->isHidden() && mark_->isChecked();
  return command;
}

void ExportDialog::preview() {
  if (previewing_ != 0) context_.engine.cancel(previewing_);
  const Export wanted = command();
  const report::Format format = wanted.options.format;
  preview_->showWaiting();
  previewing_ = context_.engine.send(wanted, this, [this, format](const Event& event) {
    if (event.request != previewing_) return;  // of options that have changed since
    previewing_ = 0;
    if (const auto* exported = std::get_if<Exported>(&event.body)) {
      preview_->showExport(format, *exported);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      preview_->showFailure(engineText(failure->message), engineText(failure->hint));
    }
  });
}

void ExportDialog::choose() {
  auto* dialog = new QFileDialog(this, tr("Export"), QFileInfo(path_->text()).absolutePath());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(suffixOf(formats_->format()).mid(1));
  dialog->setNameFilter(QStringLiteral("%1 (*%2)")
                            .arg(formatTitle(formats_->format()), suffixOf(formats_->format())));
  dialog->selectFile(QFileInfo(path_->text()).fileName());
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
    path_->setText(file);
    replace_.allow(file);  // the dialog has asked
  });
  dialog->open();
}

void ExportDialog::hush() {
  replace_.forget();
  state_->clear();
  state_->setToolTip({});
  openFolder_->hide();
}

void ExportDialog::tell(const QString& words, QColor Colors::*color) {
  QPalette palette = state_->palette();
  palette.setColor(QPalette::WindowText, context_.theme.colors().*color);
  state_->setPalette(palette);
  state_->setText(words);
}

void ExportDialog::write() {
  const QString file = path_->text().trimmed();
  if (file.isEmpty() || writing_ != 0) return;
  if (const QString objection = replace_.objection(file); !objection.isEmpty()) {
    tell(objection, &Colors::warn);
    return;
  }
  Export wanted = command();
  wanted.path = file.toStdString();
  formatWritten_ = wanted.options.format;
  openFolder_->hide();
  export_->setEnabled(false);
  tell(tr("Writing…"), &Colors::textSoft);
  writing_ = context_.engine.send(wanted, this, [this](const Event& event) { take(event); });
}

void ExportDialog::take(const Event& event) {
  writing_ = 0;
  export_->setEnabled(true);
  if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
    replace_.forget();
    tell(withHint(engineText(failure->message), engineText(failure->hint)), &Colors::bad);
  } else if (const auto* exported = std::get_if<Exported>(&event.body)) {
    written_ = text(exported->path);
    replace_.allow(written_);  // written once more: it is our own
    tell(tr("Written: %1, %2").arg(QFileInfo(written_).fileName(), sizeText(exported->size)),
         &Colors::good);
    state_->setToolTip(plainTip(written_));
    openFolder_->show();
    context_.settings.setExportFolder(QFileInfo(written_).absolutePath());
    const std::string_view format = report::format_facts(formatWritten_).name;
    context_.settings.setExportFormat(
        QString::fromLatin1(format.data(), static_cast<qsizetype>(format.size())));
    emit context_.workspace.told(tr("Exported to %1").arg(written_));
  }
}

}  // namespace longtake::ui
