#include "ui/window/desktop.h"

#include <QApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <utility>

#include "ui/base/engine_words.h"
#include "ui/window/main_window.h"

static void loadTranslations() {
  Q_INIT_RESOURCE(translations);
}

namespace longtake::ui {

namespace {

constexpr int kTryAgainMs = 1000;
// Mostly it takes less, and is not worth a word.
constexpr int kSayOpeningAfterMs = 300;

}  // namespace

Desktop::Desktop(DesktopOptions options)
    : options_(std::move(options)),
      settings_(options_.settingsFile),
      actions_(settings_, theme_),
      context_{settings_, theme_, actions_, engine_, shelf_, workspace_} {
  settings_.setThisRun({options_.library, options_.model, options_.device});
  translate();
  actions_.retranslate();
  theme_.setMode(settings_.themeMode());
  theme_.setTextScale(settings_.textScale());
  connect(&settings_, &Settings::changed, this, [this] {
    theme_.setMode(settings_.themeMode());
    theme_.setTextScale(settings_.textScale());
  });
  window_ = std::make_unique<MainWindow>(context_, options_.resources);
  again_.setSingleShot(true);
  again_.setInterval(kTryAgainMs);
  connect(&again_, &QTimer::timeout, this, &Desktop::startEngine);
  opening_.setSingleShot(true);
  opening_.setInterval(kSayOpeningAfterMs);
  connect(&opening_, &QTimer::timeout, window_.get(), &MainWindow::showOpening);
  connect(&engine_, &EngineLink::restarted, this, [this] {
    opening_.stop();
    window_->showPanels();
  });
  connect(&engine_, &EngineLink::notOpened, this, &Desktop::explain);
  connect(&shelf_, &Shelf::loaded, this, &Desktop::continueLastTime);
  connect(window_.get(), &MainWindow::engineWanted, this, &Desktop::startEngine);
  connect(window_.get(), &MainWindow::libraryChosen, this, [this](const QString& folder) {
    workspace_.leaveLibrary();
    settings_.setLibraryFolder(folder);
    startEngine();
  });
  connect(window_.get(), &MainWindow::restartWanted, this, [this] {
    restartWanted_ = true;
    window_->close();  // the last one: the program ends
  });
}

Desktop::~Desktop() {
  // The panels write their last settings while they go; nothing may be restyled by that any more.
  settings_.disconnect(this);
  engine_.stop();
  window_.reset();
}

void Desktop::translate() {
  loadTranslations();
  const QLocale locale = settings_.locale();
  QLocale::setDefault(locale);
  // English, too, is a translation: of the plurals.
  if (translator_.load(locale, QStringLiteral("longtake"), QStringLiteral("_"),
                       QStringLiteral(":/i18n")) ||
      translator_.load(QLocale(QLocale::English), QStringLiteral("longtake"), QStringLiteral("_"),
                       QStringLiteral(":/i18n"))) {
    QApplication::installTranslator(&translator_);
    if (qtTranslator_.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                           QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
      QApplication::installTranslator(&qtTranslator_);
    }
  }
  QApplication::setLayoutDirection(locale.textDirection());
}

EngineOptions Desktop::engineOptions() const {
  EngineOptions options;
  options.library = libraryFolder().toStdString();
  QString model = settings_.modelFolder();
  if (model.isEmpty()) model = options_.resources + "/nano/model";
  options.model = model.toStdString();
  options.device = session::device_named(settings_.device().toStdString());
  options.weights = session::weight_format_named(settings_.weights().toStdString());
  const QString codec = settings_.codec();
  options.codec = codec == u"int4"   ? kernels::KvCodec::i4
                  : codec == u"bf16" ? kernels::KvCodec::bf16
                                     : kernels::KvCodec::i8;
  return options;
}

void Desktop::start() {
  window_->show();
  startEngine();
}

void Desktop::startEngine() {
  again_.stop();
  engine_.start(engineOptions());
  opening_.start();
}

void Desktop::explain(const Error& failure) {
  opening_.stop();
  const QString what = engineText(failure.message());
  const QString hint = engineText(failure.hint());
  if (failure.code() == ErrorCode::device_lost) {
    window_->showNoDevice(what);
  } else if (failure.code() == ErrorCode::busy) {
    window_->showBusy(what, hint);
    again_.start();
  } else {
    window_->showTrouble(what, hint);
  }
}

void Desktop::continueLastTime() {
  if (!waiting_.isEmpty()) {
    window_->open(std::exchange(waiting_, {}));
    return;
  }
  if (workspace_.hasVideo()) return;
  if (shelf_.videos().empty() && !settings_.welcomed()) {
    window_->welcome();
    return;
  }
  if (const ShelfVideo* last = shelf_.find(settings_.lastVideo())) {
    workspace_.openVideo(last->video);
  }
}

void Desktop::open(const QStringList& addresses) {
  QList<QUrl> urls;
  for (const QString& address : addresses) {
    urls << QUrl::fromUserInput(address, QDir::currentPath(), QUrl::AssumeLocalFile);
  }
  if (engine_.isRunning()) {
    window_->open(urls);
  } else {
    waiting_ += urls;
  }
  window_->setWindowState(window_->windowState() & ~Qt::WindowMinimized);
  window_->raise();
  window_->activateWindow();
}

}  // namespace longtake::ui
