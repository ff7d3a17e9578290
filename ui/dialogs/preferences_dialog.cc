#include "ui/dialogs/preferences_dialog.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QScreen>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

#include "ui/base/text.h"
#include "ui/dialogs/preference_page.h"

namespace longtake::ui {

namespace {

constexpr qint64 kGigabyte = 1'000'000'000;
constexpr double kRates[] = {0, 0.1, 0.2, 0.5, 1, 2, 4};

const struct {
  const char* name;  // in the settings
  kernels::KvCodec codec;
} kQualities[] = {{"int8", kernels::KvCodec::i8},
                  {"int4", kernels::KvCodec::i4},
                  {"bf16", kernels::KvCodec::bf16}};

QString rateText(double rate) {
  if (rate <= 0) return PreferencesDialog::tr("As the model prefers");
  if (rate < 1) {
    return PreferencesDialog::tr("One every %1 seconds").arg(QLocale().toString(1 / rate, 'g', 3));
  }
  return rate == 1 ? PreferencesDialog::tr("One every second")
                   : PreferencesDialog::tr("%1 every second").arg(QLocale().toString(rate, 'g', 3));
}

// The same within a sentence: what is written small there differs from language to language.
QString preferenceText(const QString& model, double rate) {
  if (rate == 1) return PreferencesDialog::tr("%1 prefers one every second.").arg(model);
  return rate < 1 ? PreferencesDialog::tr("%1 prefers one every %2 seconds.")
                        .arg(model, QLocale().toString(1 / rate, 'g', 3))
                  : PreferencesDialog::tr("%1 prefers %2 every second.")
                        .arg(model, QLocale().toString(rate, 'g', 3));
}

}  // namespace

PreferencesDialog::PreferencesDialog(Context& context, QWidget* parent)
    : QDialog(parent), context_(context) {
  setWindowTitle(tr("Preferences"));
  names_ = new QListWidget(this);
  names_->setAccessibleName(tr("Pages"));
  names_->setObjectName(QStringLiteral("pages"));
  names_->setFrameShape(QFrame::NoFrame);
  names_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  pages_ = new QStackedWidget(this);
  foot_ = new QWidget(this);
  auto* shortcuts = new QPushButton(tr("Shortcuts…"), foot_);
  auto* close = new QPushButton(tr("Close"), foot_);
  shortcuts->setAutoDefault(false);
  close->setDefault(true);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  connect(shortcuts, &QPushButton::clicked, this, [this] {
    accept();
    context_.actions[ActionId::shortcutSheet]->trigger();
  });
  auto* buttons = new QHBoxLayout(foot_);
  buttons->addWidget(shortcuts);
  buttons->addStretch();
  buttons->addWidget(close);

  auto* side = new QVBoxLayout;
  side->setObjectName(QStringLiteral("side"));
  side->addWidget(pages_, 1);
  side->addWidget(foot_);
  auto* row = new QHBoxLayout(this);
  row->addWidget(names_);
  row->addLayout(side, 1);

  addPage(watchingPage());
  addPage(memoryPage());
  addPage(lookPage());
  addPage(languagePage());
  addPage(libraryPage());
  connect(names_, &QListWidget::currentRowChanged, pages_, &QStackedWidget::setCurrentIndex);
  names_->setCurrentRow(0);
  connect(&context_.theme, &Theme::changed, this, &PreferencesDialog::restyle);
  connect(&context_.engine, &EngineLink::restarted, this, &PreferencesDialog::ask);
  connect(&context_.shelf, &Shelf::changed, this, &PreferencesDialog::showNumbers);
  restyle();
  showNumbers();
  ask();
}

void PreferencesDialog::addPage(PreferencePage* page) {
  names_->addItem(page->title());
  pages_->addWidget(page);
}

void PreferencesDialog::showPage(int page) {
  names_->setCurrentRow(page);
}

void PreferencesDialog::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  names_->doItemsLayout();  // the first one was made before the style sheet's padding held
}

void PreferencesDialog::restyle() {
  const Theme& theme = context_.theme;
  const Colors& c = theme.colors();
  QSize size(theme.px(680), theme.px(500));
  if (const QScreen* on = screen()) size = size.boundedTo(on->availableSize() - QSize(40, 60));
  setMinimumSize(size.boundedTo({theme.px(420), theme.px(260)}));
  resize(size);
  layout()->setContentsMargins(0, 0, 0, 0);
  layout()->setSpacing(0);
  findChild<QLayout*>(QStringLiteral("side"))
      ->setContentsMargins(theme.gapLarge(), theme.gapLarge(), theme.gapSmall(), theme.gap());
  foot_->layout()->setContentsMargins(0, theme.gapSmall(), theme.gap(), 0);
  names_->setStyleSheet(
      QStringLiteral("#pages { background: %1; border: none; padding: %2px %3px; }"
                     "#pages::item { padding: %3px %4px; border-radius: %5px; color: %6; }"
                     "#pages::item:selected { background: %7; color: %6; }"
                     "#pages::item:hover:!selected { background: %8; }")
          .arg(c.window.name())
          .arg(theme.gapLarge())
          .arg(theme.px(6))
          .arg(theme.px(10))
          .arg(theme.radius())
          .arg(c.text.name(), c.accentSoft.name(), c.hover.name()));
  int width = 0;
  const QFontMetrics metrics(theme.font(Theme::Font::body));
  for (int i = 0; i < names_->count(); ++i) {
    width = std::max(width, metrics.horizontalAdvance(names_->item(i)->text()));
  }
  names_->setFixedWidth(width + theme.px(54));
}

// --- The pages -----------------------------------------------------------------------------------

PreferencePage* PreferencesDialog::watchingPage() {
  auto* page = new PreferencePage(context_.theme, tr("Watching"), this);
  rate_ = new QComboBox;
  rate_->setObjectName(QStringLiteral("rate"));
  const double now = context_.settings.framesPerSecond();
  for (const double rate : kRates) rate_->addItem(rateText(rate), rate);
  if (std::find(std::begin(kRates), std::end(kRates), now) == std::end(kRates)) {
    rate_->addItem(rateText(now), now);  // written into the file by hand
  }
  rate_->setCurrentIndex(rate_->findData(now));
  connect(rate_, &QComboBox::currentIndexChanged, this, [this] {
    context_.settings.setFramesPerSecond(rate_->currentData().toDouble());
    showNumbers();
  });
  rateMeaning_ = page->add(tr("Pictures looked at"), rate_, {});

  auto* keyframes = new QCheckBox(tr("Keyframes only"));
  keyframes->setObjectName(QStringLiteral("keyframes"));
  keyframes->setChecked(context_.settings.keyframesOnly());
  connect(keyframes, &QCheckBox::toggled, &context_.settings, &Settings::setKeyframesOnly);
  page->add(keyframes,
            tr("Takes the complete picture nearest to each instant, as the file holds it. Much "
               "faster on long recordings; times are less exact, and instants far from any "
               "keyframe are left out."));
  return page;
}

PreferencePage* PreferencesDialog::memoryPage() {
  auto* page = new PreferencePage(context_.theme, tr("Memory"), this);
  quality_ = new QButtonGroup(this);
  const QString names[] = {tr("Compact (int8)"), tr("Smallest (int4)"), tr("Uncompressed (bf16)")};
  page->addHeading(tr("Quality of new memories"));
  for (std::size_t i = 0; i < std::size(kQualities); ++i) {
    auto* button = new QRadioButton(names[i]);
    button->setObjectName(QLatin1String(kQualities[i].name));
    button->setChecked(context_.settings.codec() == QLatin1String(kQualities[i].name));
    quality_->addButton(button, static_cast<int>(i));
    qualityMeanings_ << page->add(button, {});
  }
  connect(quality_, &QButtonGroup::idToggled, this, [this](int id, bool on) {
    if (!on) return;
    context_.settings.setCodec(QLatin1String(kQualities[id].name));
    emit engineOptionsChanged();
  });

  page->addNote(
      tr("Memories of another quality stay on disk, but questions use those of the chosen one: "
         "such videos have to be watched again."));
  page->addHeading(tr("Space on disk"));
  limited_ = new QCheckBox(tr("Limit to"));
  limited_->setAccessibleName(tr("Limit the space of all memories"));
  limited_->setObjectName(QStringLiteral("limited"));
  limit_ = new QSpinBox;
  limit_->setObjectName(QStringLiteral("limit"));
  limit_->setAccessibleName(tr("Limit in gigabytes"));
  limit_->setRange(1, 1'000'000);
  limit_->setSuffix(tr(" GB"));
  limit_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  limit_->setKeyboardTracking(false);  // 1 is not meant by whoever types 120
  const qint64 quota = context_.settings.diskQuota();
  limited_->setChecked(quota > 0);
  limit_->setValue(quota > 0 ? static_cast<int>(std::max<qint64>(1, quota / kGigabyte)) : 50);
  limit_->setEnabled(quota > 0);
  const auto store = [this] {
    limit_->setEnabled(limited_->isChecked());
    context_.settings.setDiskQuota(limited_->isChecked() ? limit_->value() * kGigabyte : 0);
    showNumbers();
  };
  connect(limited_, &QCheckBox::toggled, this, store);
  connect(limit_, &QSpinBox::valueChanged, this, store);
  auto* row = new QWidget;
  auto* columns = new QHBoxLayout(row);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->addWidget(limited_);
  columns->addWidget(limit_);
  columns->addStretch();
  limitMeaning_ = page->add(row, {});
  row->setFocusPolicy(Qt::NoFocus);
  return page;
}

PreferencePage* PreferencesDialog::lookPage() {
  auto* page = new PreferencePage(context_.theme, tr("Appearance"), this);
  auto* mode = new QComboBox;
  mode->setObjectName(QStringLiteral("theme"));
  mode->addItem(tr("As the system"), static_cast<int>(Theme::Mode::system));
  mode->addItem(tr("Light"), static_cast<int>(Theme::Mode::light));
  mode->addItem(tr("Dark"), static_cast<int>(Theme::Mode::dark));
  mode->setCurrentIndex(mode->findData(static_cast<int>(context_.settings.themeMode())));
  connect(mode, &QComboBox::currentIndexChanged, this, [this, mode] {
    const auto chosen = static_cast<Theme::Mode>(mode->currentData().toInt());
    context_.settings.setThemeMode(chosen);
    context_.theme.setMode(chosen);
  });
  page->add(tr("Theme"), mode, tr("The picture always stands on black."));

  textSize_ = new QSlider(Qt::Horizontal);
  textSize_->setObjectName(QStringLiteral("textSize"));
  textSize_->setRange(10, 20);
  textSize_->setPageStep(2);
  textSize_->setTracking(false);  // everything is laid out anew: once, when the handle is let go
  textSize_->setValue(static_cast<int>(std::lround(context_.settings.textScale() * 10)));
  connect(textSize_, &QSlider::valueChanged, this, [this](int tenths) {
    context_.settings.setTextScale(tenths / 10.0);
    context_.theme.setTextScale(tenths / 10.0);
  });
  textSizeMeaning_ = page->add(tr("Text size"), textSize_, {});
  const auto tell = [this] {
    QString size = tr("%1 %.").arg(std::lround(context_.theme.textScale() * 100));
    const QString bigger = context_.actions.keyText(ActionId::biggerText);
    const QString smaller = context_.actions.keyText(ActionId::smallerText);
    if (!bigger.isEmpty() && !smaller.isEmpty()) {
      size += QLatin1Char(' ') + tr("Also by %1 and %2.").arg(bigger, smaller);
    }
    textSizeMeaning_->setText(size);
    const QSignalBlocker quiet(textSize_);
    textSize_->setValue(static_cast<int>(std::lround(context_.theme.textScale() * 10)));
  };
  connect(&context_.theme, &Theme::changed, this, tell);
  tell();
  return page;
}

PreferencePage* PreferencesDialog::languagePage() {
  auto* page = new PreferencePage(context_.theme, tr("Language"), this);
  auto* language = new QComboBox;
  language->setObjectName(QStringLiteral("language"));
  language->addItem(tr("As the system"), QString());
  QStringList codes{QStringLiteral("en")};
  for (const QString& file :
       QDir(QStringLiteral(":/i18n")).entryList({QStringLiteral("longtake_*.qm")})) {
    codes << file.section(QLatin1Char('_'), 1).section(QLatin1Char('.'), 0, 0);
  }
  codes.removeDuplicates();
  for (const QString& code : codes) {
    QString name = QLocale(code).nativeLanguageName();
    // "American English" and the like: the country does not matter here.
    if (code == u"en") name = QStringLiteral("English");
    language->addItem(name, code);
  }
  const int now = language->findData(context_.settings.language());
  language->setCurrentIndex(std::max(0, now));
  page->add(tr("Language"), language,
            tr("Counts from the next start. Questions can be asked in any language that the model "
               "knows."));

  auto* row = new QWidget;
  auto* columns = new QHBoxLayout(row);
  columns->setContentsMargins(0, 0, 0, 0);
  auto* restart = new QPushButton(tr("Restart Now"), row);
  restart->setObjectName(QStringLiteral("restart"));
  restart->setAutoDefault(false);
  columns->addWidget(restart);
  columns->addStretch();
  QLabel* meaning = page->add(row, tr("Longtake opens again as it is now, and watching goes on. An "
                                      "answer that is just being written is cut off."));
  row->setFocusPolicy(Qt::NoFocus);
  connect(restart, &QPushButton::clicked, this, [this] {
    accept();
    emit restartWanted();
  });
  const auto offer = [this, row, meaning] {
    const bool other = context_.settings.locale().language() != QLocale().language();
    row->setVisible(other);
    meaning->setVisible(other);
  };
  connect(language, &QComboBox::currentIndexChanged, this, [this, language, offer] {
    context_.settings.setLanguage(language->currentData().toString());
    offer();
  });
  offer();
  return page;
}

PreferencePage* PreferencesDialog::libraryPage() {
  auto* page = new PreferencePage(context_.theme, tr("Library"), this);
  auto* row = new QWidget;
  auto* columns = new QHBoxLayout(row);
  columns->setContentsMargins(0, 0, 0, 0);
  auto* change = new QPushButton(tr("Change…"), row);
  auto* open = new QPushButton(tr("Show"), row);
  change->setAccessibleName(tr("Choose another library folder"));
  open->setAccessibleName(tr("Show the library folder in the file manager"));
  change->setAutoDefault(false);
  open->setAutoDefault(false);
  columns->addWidget(change);
  columns->addWidget(open);
  columns->addStretch();
  connect(change, &QPushButton::clicked, this, &PreferencesDialog::chooseLibrary);
  connect(open, &QPushButton::clicked, this, [this] {
    QDesktopServices::openUrl(QUrl::fromLocalFile(context_.settings.libraryFolder()));
  });
  libraryMeaning_ = page->add(tr("Library folder"), row, {});
  libraryMeaning_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  row->setFocusPolicy(Qt::NoFocus);

  const auto choice = [&](const char* object, const QList<std::pair<QString, QString>>& choices,
                          const QString& now, auto&& set) {
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(object));
    for (const auto& [name, value] : choices) box->addItem(name, value);
    box->setCurrentIndex(std::max(0, box->findData(now)));
    connect(box, &QComboBox::currentIndexChanged, this, [this, box, set] {
      set(box->currentData().toString());
      emit engineOptionsChanged();
    });
    return box;
  };
  page->add(tr("Device"),
            choice("device",
                   {{tr("Graphics card if there is one, else processor"), "auto"},
                    {tr("Processor"), "cpu"},
                    {tr("Graphics card (CUDA)"), "cuda"}},
                   context_.settings.device(),
                   [this](const QString& device) { context_.settings.setDevice(device); }),
            tr("About Longtake says which one is in use."));
  page->add(tr("Weights of the model"),
            choice("weights",
                   {{tr("What is fastest without loss"), "auto"},
                    {tr("Half the space of bf16 (int8)"), "int8"},
                    {tr("As small, on newer graphics cards (fp8)"), "fp8"},
                    {tr("A third of bf16, less exact (int4)"), "int4"},
                    {QStringLiteral("bf16"), "bf16"},
                    {QStringLiteral("f32"), "f32"}},
                   context_.settings.weights(),
                   [this](const QString& weights) { context_.settings.setWeights(weights); }),
            tr("How the model is kept in memory while it runs. int8 and fp8 answer slightly "
               "differently; int4 needs the least and errs more."));
  return page;
}

// --- What they say -------------------------------------------------------------------------------

void PreferencesDialog::ask() {
  showLibrary();
  if (!context_.engine.isRunning()) return;
  const CheckModel question{context_.engine.options().model.string()};
  context_.engine.send(question, this, [this](const Event& event) {
    if (const auto* checked = std::get_if<ModelChecked>(&event.body)) {
      cost_.check = checked->check;
      showNumbers();
    }
  });
}

void PreferencesDialog::showNumbers() {
  const double rate = context_.settings.framesPerSecond();
  const auto perHour = [&](kernels::KvCodec codec) {
    return sizeText(static_cast<qint64>(cost_.bytesPerHour(codec, rate)));
  };
  QString meaning =
      tr("More pictures see shorter events, take longer and need more space. What has been "
         "started goes on at its own rate.");
  if (cost_.known()) {
    const auto used = std::find_if(
        std::begin(kQualities), std::end(kQualities),
        [&](const auto& q) { return context_.settings.codec() == QLatin1String(q.name); });
    meaning = preferenceText(text(cost_.check.info.name), cost_.modelRate()) + QLatin1Char(' ') +
              tr("With this choice an hour of video takes about %1 of memory.")
                  .arg(perHour(used->codec)) +
              QLatin1Char(' ') + meaning;
  }
  rateMeaning_->setText(meaning);

  const QString words[] = {tr("Answers as the uncompressed memory does."),
                           tr("Answers can be less exact."), tr("For comparisons.")};
  for (std::size_t i = 0; i < std::size(kQualities); ++i) {
    qualityMeanings_[static_cast<int>(i)]->setText(
        cost_.known()
            ? tr("About %1 per hour of video. %2").arg(perHour(kQualities[i].codec), words[i])
            : words[i]);
  }
  limitMeaning_->setText(
      tr("All memories together take %1 now. When the limit is reached, watching waits.")
          .arg(sizeText(context_.shelf.memoryBytes())));
}

void PreferencesDialog::showLibrary() {
  libraryMeaning_->setText(
      tr("%1\nMemories, conversations and markers lie there; the videos stay where they are.")
          .arg(QDir::toNativeSeparators(context_.settings.libraryFolder())));
}

void PreferencesDialog::chooseLibrary() {
  if (chooser_ != nullptr) return;
  chooser_ = new QFileDialog(this, tr("Folder of the Library"), context_.settings.libraryFolder());
  chooser_->setAttribute(Qt::WA_DeleteOnClose);
  chooser_->setFileMode(QFileDialog::Directory);
  chooser_->setOption(QFileDialog::ShowDirsOnly);
  connect(chooser_, &QFileDialog::fileSelected, this, [this](const QString& folder) {
    if (folder == context_.settings.libraryFolder()) return;
    context_.workspace.leaveLibrary();
    context_.settings.setLibraryFolder(folder);
    showLibrary();
    emit engineOptionsChanged();
  });
  chooser_->open();
}

}  // namespace longtake::ui
