#include "ui/dialogs/about_dialog.h"

#include <QClipboard>
#include <QDir>
#include <QGridLayout>
#include <QGuiApplication>
#include <QIcon>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScreen>
#include <QSysInfo>
#include <QTimer>
#include <QVBoxLayout>
#include <memory>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/dialogs/model_card.h"

namespace longtake::ui {

namespace {

// The user's name is nobody's business.
QString withoutHome(QString path) {
  const QString home = QDir::homePath();
  if (home.size() > 1) path.replace(home, QStringLiteral("~"));
  return path;
}

struct Sizes {
  int videos = 0;
  int memories = 0;
  int finished = 0;
  qint64 bytes = 0;
  Micros watched = 0;
};

Sizes sizesOf(const VideoList& list) {
  Sizes sizes;
  for (const VideoWithMemories& video : list.videos) {
    ++sizes.videos;
    for (const store::Memory& memory : video.memories) {
      ++sizes.memories;
      sizes.finished += memory.finished ? 1 : 0;
      sizes.bytes += memory.bytes;
      for (const TimeRange& range : memory.coverage) sizes.watched += range.end - range.begin;
    }
  }
  return sizes;
}

QString systemName() {
  return QStringLiteral("%1, %2 %3")
      .arg(QSysInfo::prettyProductName(), QSysInfo::kernelType(), QSysInfo::kernelVersion());
}

}  // namespace

AboutDialog::AboutDialog(Context& context, const QString& playerVersion, QWidget* parent)
    : Sheet(context.theme, tr("About Longtake"), 540, 470, parent),
      context_(context),
      playerVersion_(playerVersion) {
  QWidget* content = body()->parentWidget();
  auto* icon = new QLabel(content);
  const auto showIcon = [this, icon] {
    const int size = theme().px(56);
    icon->setPixmap(QIcon(QStringLiteral(":/icons/longtake.svg"))
                        .pixmap(QSize(size, size), devicePixelRatioF()));
  };
  connect(&context.theme, &Theme::changed, icon, showIcon);
  showIcon();
  auto* words =
      new QLabel(tr("Questions about long videos, answered on this computer, with the place "
                    "in the video that proves it."),
                 content);
  words->setWordWrap(true);
  auto* top = new QHBoxLayout;
  top->setSpacing(context.theme.gap());
  top->addWidget(icon, 0, Qt::AlignTop);
  top->addWidget(words, 1);
  body()->addLayout(top);
  body()->addSpacing(context.theme.gapSmall());

  facts_ = new QGridLayout;
  facts_->setHorizontalSpacing(context.theme.gapLarge());
  facts_->setVerticalSpacing(context.theme.gapTiny());
  facts_->setColumnStretch(1, 1);
  body()->addLayout(facts_);
  addFact(tr("Version"), "version", text(version()));
  addFact(tr("Model"), "model", tr("asking…"));
  addFact(tr("Device"), "device", tr("asking…"));
  addFact(tr("Library"), "library", QDir::toNativeSeparators(context.settings.libraryFolder()));
  addFact(tr("Holds"), "sizes", tr("asking…"));
  addFact(tr("Player"), "player", playerVersion);
  addFact(tr("Built with"), "qt", QStringLiteral("Qt %1").arg(QLatin1String(qVersion())));
  addFact(tr("System"), "system", systemName());

  body()->addSpacing(context.theme.gap());
  auto* licence = paragraph(
      tr("Longtake is free software under the Apache License 2.0. As a program it is linked with "
         "libmpv and FFmpeg, which on Debian are built under the GNU General Public License, and "
         "with Qt under the GNU Lesser General Public License."),
      content);
  licence->setFont(context.theme.font(Theme::Font::small));
  body()->addWidget(licence);
  body()->addStretch();

  copy_ = new QPushButton(tr("Copy Diagnostics"), this);
  copy_->setObjectName(QStringLiteral("copy"));
  copy_->setAutoDefault(false);
  copy_->setToolTip(tr("For a bug report; without names or places of your videos"));
  auto* close = new QPushButton(tr("Close"), this);
  close->setDefault(true);
  connect(copy_, &QPushButton::clicked, this, &AboutDialog::copy);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  foot()->addWidget(copy_);
  foot()->addStretch();
  foot()->addWidget(close);
  connect(&context_.engine, &EngineLink::restarted, this, &AboutDialog::ask);
  ask();
}

void AboutDialog::addFact(const QString& name, const char* key, const QString& value) {
  QWidget* content = body()->parentWidget();
  auto* label = new QLabel(name, content);
  label->setProperty("soft", true);
  auto* shown = new QLabel(value, content);
  shown->setWordWrap(true);
  shown->setTextFormat(Qt::PlainText);
  shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
  const int row = facts_->rowCount();
  facts_->addWidget(label, row, 0, Qt::AlignTop);
  facts_->addWidget(shown, row, 1, Qt::AlignTop);
  values_[QLatin1String(key)] = shown;
}

void AboutDialog::setFact(const char* key, const QString& value) {
  QLabel* label = values_[QLatin1String(key)];
  QString shown = value;
  if (qstrcmp(key, "library") == 0) {
    // A path has no spaces to break at; what makes it break must not be copied with it.
    shown.replace(QLatin1Char('/'), QStringLiteral("/\u200b"));
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setToolTip(plainTip(value));
  }
  label->setText(shown);
}

void AboutDialog::ask() {
  setFact("library", QDir::toNativeSeparators(context_.settings.libraryFolder()));
  context_.engine.send(DescribeEngine{}, this, [this](const Event& event) {
    if (const auto* engine = std::get_if<EngineDescribed>(&event.body)) {
      setFact("model",
              tr("%1, %2").arg(text(engine->model.name), parametersText(engine->model.parameters)));
      setFact("device", tr("%1, %2 of %3 free")
                            .arg(text(engine->device.name), sizeText(engine->device.memory_free),
                                 sizeText(engine->device.memory_total)));
      setFact("library", text(engine->library_folder));
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      setFact("model", engineText(failure->message));
      setFact("device", tr("not known"));
    }
  });
  context_.engine.send(ListVideos{}, this, [this](const Event& event) {
    if (const auto* list = std::get_if<VideoList>(&event.body)) {
      const Sizes sizes = sizesOf(*list);
      setFact(
          "sizes",
          tr("%n video(s)", nullptr, sizes.videos) + QStringLiteral(", ") +
              tr("%1 seen, %2 of memory").arg(durationWords(sizes.watched), sizeText(sizes.bytes)));
    } else {
      setFact("sizes", tr("not known"));
    }
  });
}

void AboutDialog::copy() {
  diagnostics(context_, playerVersion_, this, [this](const QString& words) {
    QGuiApplication::clipboard()->setText(words);
    copy_->setText(tr("Copied"));
    QTimer::singleShot(2500, copy_, [this] { copy_->setText(tr("Copy Diagnostics")); });
  });
}

// In English: whoever reads a bug report need not read the reporter's language.
void AboutDialog::diagnostics(Context& context, const QString& playerVersion, QObject* receiver,
                              std::function<void(const QString&)> then) {
  const Settings& settings = context.settings;
  auto lines = std::make_shared<QStringList>();
  *lines << QStringLiteral("Longtake %1").arg(text(version()))
         << QStringLiteral("System: %1, %2").arg(systemName(), QSysInfo::currentCpuArchitecture())
         << QStringLiteral("Qt %1 on %2, %3")
                .arg(QLatin1String(qVersion()), QGuiApplication::platformName(), playerVersion)
         << QStringLiteral("Locale %1, language setting \"%2\"")
                .arg(QLocale::system().name(), settings.language())
         << QStringLiteral("Text %1 %, %2 theme")
                .arg(qRound(context.theme.textScale() * 100))
                .arg(context.theme.isDark() ? QStringLiteral("dark") : QStringLiteral("light"))
         << QStringLiteral(
                "Settings: device %1, weights %2, codec %3, fps %4, keyframes only %5, "
                "quota %6")
                .arg(settings.device(), settings.weights(), settings.codec())
                .arg(settings.framesPerSecond())
                .arg(settings.keyframesOnly() ? 1 : 0)
                .arg(settings.diskQuota())
         << QStringLiteral("Library: %1").arg(withoutHome(settings.libraryFolder()));
  for (const QScreen* screen : QGuiApplication::screens()) {
    *lines << QStringLiteral("Screen: %1x%2 at %3")
                  .arg(screen->size().width())
                  .arg(screen->size().height())
                  .arg(screen->devicePixelRatio());
  }
  const auto ask = [&context, receiver, lines, then = std::move(then)](const Event& event) {
    if (const auto* list = std::get_if<VideoList>(&event.body)) {
      const Sizes sizes = sizesOf(*list);
      *lines << QStringLiteral("Videos: %1; memories: %2, of these finished: %3, together %4 bytes")
                    .arg(sizes.videos)
                    .arg(sizes.memories)
                    .arg(sizes.finished)
                    .arg(sizes.bytes);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      *lines << QStringLiteral("Library failed: %1").arg(withoutHome(text(failure->message)));
    }
    context.engine.send(DescribeEngine{}, receiver, [lines, then](const Event& answer) {
      if (const auto* engine = std::get_if<EngineDescribed>(&answer.body)) {
        *lines << QStringLiteral("Model: %1 (%2), %3 parameters, calibrated: %4")
                      .arg(text(engine->model.name), text(engine->model.family),
                           QString::number(engine->model.parameters),
                           QString::number(engine->calibrated ? 1 : 0))
               << QStringLiteral("Device: %1, %2 of %3 bytes free, %4 threads")
                      .arg(text(engine->device.name), QString::number(engine->device.memory_free),
                           QString::number(engine->device.memory_total),
                           QString::number(engine->device.threads));
      } else if (const auto* failure = std::get_if<RequestFailed>(&answer.body)) {
        *lines << QStringLiteral("Engine failed: %1").arg(withoutHome(text(failure->message)));
      }
      then(lines->join(QLatin1Char('\n')) + QLatin1Char('\n'));
    });
  };
  context.engine.send(ListVideos{}, receiver, ask);
}

}  // namespace longtake::ui
