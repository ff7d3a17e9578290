#include "ui/dialogs/model_card.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <filesystem>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"

namespace longtake::ui {

namespace {

QString familyName(const std::string& family) {
  if (family == "llava_onevision") return QStringLiteral("LLaVA-OneVision");
  return text(family);
}

std::filesystem::path normal(const QString& folder) {
  auto path = std::filesystem::path(QDir::cleanPath(folder).toStdString()).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

// Whether a model fits into whose memory.
QString fitWords(const session::ModelCheck& check) {
  const bool onCard = check.device == kernels::DeviceKind::cuda;
  const QString needed = sizeText(check.memory_needed);
  const QString free = sizeText(check.memory_available);
  QString words;
  switch (check.fit) {
    case session::Fit::fits:
      words = onCard ? ModelCard::tr("Fits into the graphics card: it needs %1, and %2 are free.")
                     : ModelCard::tr("Fits: it needs %1, and %2 are free.");
      break;
    case session::Fit::tight:
      words = onCard ? ModelCard::tr(
                           "Tight: it needs %1 of the %2 that are free on the graphics "
                           "card. Close other programs first.")
                     : ModelCard::tr(
                           "Tight: it needs %1 of the %2 that are free. Close other "
                           "programs first.");
      break;
    case session::Fit::too_big:
      words = onCard ? ModelCard::tr(
                           "Too big now: it needs %1, and only %2 are free on the "
                           "graphics card. A smaller number format for the weights, a "
                           "smaller model or the processor helps.")
                     : ModelCard::tr(
                           "Too big now: it needs %1, and only %2 are free. A smaller "
                           "number format for the weights or a smaller model helps.");
      break;
  }
  words = words.arg(needed, free);
  if (check.too_big_for_card && !onCard) {
    words += QLatin1Char(' ') + ModelCard::tr(
                                    "The graphics card has too little memory for it: the "
                                    "processor will do the work.");
  }
  return words;
}

}  // namespace

QString parametersText(qint64 parameters) {
  const double number = static_cast<double>(parameters);
  if (number >= 1e9) {
    return ModelCard::tr("%1 billion parameters").arg(QLocale().toString(number / 1e9, 'f', 1));
  }
  return ModelCard::tr("%1 million parameters").arg(QLocale().toString(number / 1e6, 'f', 1));
}

ModelCard::ModelCard(Context& context, const QString& folder, bool removable, QWidget* parent)
    : QFrame(parent), context_(context), folder_(folder) {
  setObjectName(QStringLiteral("modelCard"));
  name_ = new QLabel(QFileInfo(folder).fileName(), this);
  inUse_ = new QLabel(tr("in use"), this);
  inUse_->setObjectName(QStringLiteral("inUse"));
  facts_ = new QLabel(this);
  verdictIcon_ = new QLabel(this);
  verdictWords_ = new QLabel(tr("Looking at the folder…"), this);
  path_ = new QLabel(this);
  facts_->setProperty("soft", true);
  path_->setProperty("soft", true);
  for (QLabel* label : {facts_, verdictWords_, path_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
  }
  facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  verdictWords_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  use_ = new QPushButton(tr("Use This Model"), this);
  remove_ = new QToolButton(this);
  remove_->setIcon(context.theme.icon(QStringLiteral("close")));
  remove_->setToolTip(tr("Take from the list; the folder stays"));
  remove_->setVisible(removable);
  connect(use_, &QPushButton::clicked, this, &ModelCard::chosen);
  connect(remove_, &QToolButton::clicked, this, &ModelCard::removed);

  auto* heading = new QHBoxLayout;
  heading->addWidget(name_);
  heading->addWidget(inUse_);
  heading->addStretch();
  heading->addWidget(remove_);
  auto* verdict = new QHBoxLayout;
  verdict->addWidget(verdictIcon_, 0, Qt::AlignTop);
  verdict->addWidget(verdictWords_, 1);
  auto* last = new QHBoxLayout;
  last->addWidget(path_, 1, Qt::AlignBottom);
  last->addWidget(use_, 0, Qt::AlignBottom);
  auto* column = new QVBoxLayout(this);
  column->addLayout(heading);
  column->addWidget(facts_);
  column->addLayout(verdict);
  column->addLayout(last);

  const QString native = QDir::toNativeSeparators(folder);
  QString shown = native;
  if (shown.startsWith(QDir::homePath()))
    shown.replace(0, QDir::homePath().size(), QStringLiteral("~"));
  // Paths break at their separators; not to be copied like this.
  path_->setText(shown.replace(QLatin1Char('/'), QStringLiteral("/\u200b")));
  path_->setToolTip(plainTip(native));
  connect(&context_.theme, &Theme::changed, this, &ModelCard::restyle);
  connect(&context_.engine, &EngineLink::restarted, this, [this] { check(); });
  showUse();
  restyle();
}

bool ModelCard::isInUse() const {
  return context_.engine.isRunning() &&
         normal(text(context_.engine.options().model.string())) == normal(folder_);
}

QString ModelCard::words() const {
  return QStringList{name_->text(), inUse_->isHidden() ? QString() : inUse_->text(), facts_->text(),
                     verdictWords_->text()}
      .join(QLatin1Char('\n'));
}

void ModelCard::check() {
  showUse();
  context_.engine.send(CheckModel{folder_.toStdString(), true}, this, [this](const Event& event) {
    if (const auto* checked = std::get_if<ModelChecked>(&event.body)) {
      show(checked->check);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      showFailure(*failure);
    }
  });
}

void ModelCard::show(const session::ModelCheck& check) {
  name_->setText(text(check.info.name));
  QStringList facts{familyName(check.info.family), parametersText(check.info.parameters),
                    tr("%1 on disk").arg(sizeText(check.disk_bytes))};
  const double perHour = check.bytes_per_hour(context_.engine.options().codec);
  if (perHour > 0) {
    facts << tr("memories of %1 per hour of video").arg(sizeText(static_cast<qint64>(perHour)));
  }
  QString words = facts.join(QStringLiteral(" · "));
  if (check.info.demonstration) {
    words += QLatin1Char('\n') +
             tr("The demonstration model: it understands coloured shapes like those of the sample, "
                "and no real footage.");
  }
  facts_->setText(words);
  verdict_ = check.fit == session::Fit::fits    ? Verdict::good
             : check.fit == session::Fit::tight ? Verdict::warning
                                                : Verdict::bad;
  verdictWords_->setText(fitWords(check));
  usable_ = true;
  showUse();
  restyle();
}

void ModelCard::showFailure(const RequestFailed& failure) {
  verdict_ = Verdict::bad;
  usable_ = false;
  facts_->clear();
  verdictWords_->setText(withHint(engineText(failure.message), engineText(failure.hint)));
  showUse();
  restyle();
}

void ModelCard::showUse() {
  const bool used = isInUse();
  inUse_->setVisible(used);
  use_->setVisible(!used);
  use_->setEnabled(usable_);
  facts_->setVisible(!facts_->text().isEmpty());
  use_->setAccessibleName(tr("Use %1").arg(name_->text()));
  remove_->setAccessibleName(tr("Take %1 from the list").arg(name_->text()));
}

void ModelCard::restyle() {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  setStyleSheet(
      QStringLiteral(
          "#modelCard { background: %1; border: 1px solid %2; border-radius: %3px; }"
          "#inUse { background: %4; color: %5; border-radius: %6px; padding: %7px %8px; }")
          .arg(c.raised.name(), c.line.name())
          .arg(theme.px(8))
          .arg(c.accentSoft.name(), c.accent.name())
          .arg(theme.px(4))
          .arg(theme.px(1))
          .arg(theme.px(6)));
  name_->setFont(theme.font(Theme::Font::title));
  for (QLabel* label : {inUse_, facts_, path_}) label->setFont(theme.font(Theme::Font::small));
  const QColor color = verdict_ == Verdict::good      ? c.good
                       : verdict_ == Verdict::warning ? c.warn
                       : verdict_ == Verdict::bad     ? c.bad
                                                      : c.textSoft;
  const QString icon = verdict_ == Verdict::good   ? QStringLiteral("check")
                       : verdict_ == Verdict::none ? QStringLiteral("clock")
                                                   : QStringLiteral("warning");
  verdictIcon_->setPixmap(theme.pixmap(icon, color, theme.px(16), devicePixelRatioF()));
  verdictIcon_->setContentsMargins(0, theme.px(1), theme.gapTiny(), 0);
  layout()->setContentsMargins(theme.gap(), theme.gap(), theme.gap(), theme.gap());
  layout()->setSpacing(theme.gapSmall());
}

}  // namespace longtake::ui
