#include "ui/base/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QProxyStyle>
#include <QPushButton>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QToolTip>
#include <cmath>

// The icons and the sheet are in a static library, which a linker would leave out.
static void loadResources() {
  Q_INIT_RESOURCE(ui);
}

namespace longtake::ui {

namespace {

Colors lightColors() {
  Colors c;
  c.window = QColor(0xeceef1);
  c.surface = QColor(0xf8f9fa);
  c.raised = QColor(0xffffff);
  c.hover = QColor(0xe7eaee);
  c.pressed = QColor(0xdadee4);
  c.line = QColor(0xdcdfe4);
  c.text = QColor(0x1b1f24);
  c.textSoft = QColor(0x59626d);
  c.textFaint = QColor(0x98a1ab);
  c.accent = QColor(0x3d5bd9);
  c.accentSoft = QColor(0xe4e9fc);
  c.onAccent = QColor(0xffffff);
  c.good = QColor(0x1c7d4d);
  c.goodSoft = QColor(0xdff3e7);
  c.warn = QColor(0x966009);
  c.warnSoft = QColor(0xfbeed3);
  c.bad = QColor(0xc0342c);
  c.badSoft = QColor(0xfbe3e1);
  c.video = QColor(0x111317);
  c.seen = QColor(0x8fb8a4);
  c.evidence = QColor(0xe08a1e);
  c.citation = QColor(0x3d5bd9);
  c.cut = QColor(0xb4bac2);
  c.wave = QColor(0x9aa7b8);
  c.playhead = QColor(0xd4352b);
  return c;
}

Colors darkColors() {
  Colors c;
  c.window = QColor(0x101215);
  c.surface = QColor(0x181b1f);
  c.raised = QColor(0x22262b);
  c.hover = QColor(0x2a2f36);
  c.pressed = QColor(0x343a42);
  c.line = QColor(0x2b3037);
  c.text = QColor(0xe6e9ed);
  c.textSoft = QColor(0x9ea8b3);
  c.textFaint = QColor(0x656e79);
  c.accent = QColor(0x8ba2ff);
  c.accentSoft = QColor(0x262f52);
  c.onAccent = QColor(0x10142a);
  c.good = QColor(0x5fca8f);
  c.goodSoft = QColor(0x1a3527);
  c.warn = QColor(0xe5b04f);
  c.warnSoft = QColor(0x3a2f17);
  c.bad = QColor(0xff7c72);
  c.badSoft = QColor(0x42211f);
  c.video = QColor(Qt::black);
  c.seen = QColor(0x3f7c62);
  c.evidence = QColor(0xf0a040);
  c.citation = QColor(0x8ba2ff);
  c.cut = QColor(0x4a525c);
  c.wave = QColor(0x56616f);
  c.playhead = QColor(0xff6b5f);
  return c;
}

const struct {
  const char* name;
  QRgb light;
  QRgb dark;
} kMarkers[] = {
    {"red", 0xc9433b, 0xf07a72},   {"orange", 0xcf7416, 0xf0a357}, {"yellow", 0xb08a00, 0xe6c84f},
    {"green", 0x2c8a57, 0x6bcf97}, {"blue", 0x2f74c9, 0x70aef5},   {"purple", 0x8450c4, 0xb98cf0},
    {"pink", 0xc2498f, 0xf08cc4},  {"grey", 0x6f7883, 0xa2abb6},
};

// Draws an SVG in one colour per state.
class TintedIcon : public QIconEngine {
 public:
  TintedIcon(const Theme& theme, QString name) : theme_(theme), name_(std::move(name)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const double ratio = painter->device()->devicePixelRatioF();
    painter->drawPixmap(rect, tinted(rect.size(), mode, state, ratio));
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return tinted(size, mode, state, 1.0);
  }
  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state,
                       qreal ratio) override {
    return tinted(size / ratio, mode, state, ratio);
  }
  QIconEngine* clone() const override { return new TintedIcon(theme_, name_); }

 private:
  QPixmap tinted(const QSize& size, QIcon::Mode mode, QIcon::State state, double ratio) const {
    const Colors& c = theme_.colors();
    QColor color = state == QIcon::On ? c.accent : c.text;
    if (mode == QIcon::Disabled) color = c.textFaint;
    return theme_.pixmap(name_, color, std::min(size.width(), size.height()), ratio);
  }

  const Theme& theme_;
  const QString name_;
};

// Icons of stock widgets (in menus, in lines to type in) grow with the text beside them.
class ScaledStyle : public QProxyStyle {
 public:
  explicit ScaledStyle(double textScale)
      : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))), textScale_(textScale) {}

  int pixelMetric(PixelMetric metric, const QStyleOption* option,
                  const QWidget* widget) const override {
    const int pixels = QProxyStyle::pixelMetric(metric, option, widget);
    const bool icon = metric == PM_SmallIconSize || metric == PM_ButtonIconSize;
    return icon ? static_cast<int>(std::lround(pixels * textScale_)) : pixels;
  }

 private:
  const double textScale_;
};

}  // namespace

QColor Colors::marker(const QString& name) const {
  for (const auto& known : kMarkers) {
    if (name == QLatin1String(known.name)) {
      return QColor(window.lightness() < 128 ? known.dark : known.light);
    }
  }
  return accent;
}

void markDangerous(QPushButton* button) {
  button->setProperty("danger", true);
  button->style()->unpolish(button);
  button->style()->polish(button);
}

QStringList markerColors() {
  QStringList names;
  for (const auto& known : kMarkers) names << QString::fromLatin1(known.name);
  return names;
}

Theme::Theme(QObject* parent) : QObject(parent), base_(QApplication::font()) {
  if (base_.pointSizeF() < 9.5) base_.setPointSizeF(10.0);
  loadResources();
  systemDark_ = QApplication::palette().color(QPalette::Window).lightness() < 128;
  QApplication::setStyle(new ScaledStyle(textScale_));
  askSystem();
  apply();
}

// Desktops say light or dark through the settings portal, now and whenever it changes; where there
// is none, the palette has told.
void Theme::askSystem() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  bus.connect(QStringLiteral("org.freedesktop.portal.Desktop"),
              QStringLiteral("/org/freedesktop/portal/desktop"),
              QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("SettingChanged"),
              this, SLOT(onPortalSetting(QString, QString, QDBusVariant)));
  QDBusMessage question = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.portal.Desktop"),
      QStringLiteral("/org/freedesktop/portal/desktop"),
      QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("Read"));
  question << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme");
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, 2000), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    watcher->deleteLater();
    const QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (reply.isError()) return;
    QVariant value = reply.value().variant();
    if (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
    followSystem(value.toUInt());
  });
}

void Theme::onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value) {
  if (group == QLatin1String("org.freedesktop.appearance") &&
      key == QLatin1String("color-scheme")) {
    followSystem(value.variant().toUInt());
  }
}

// 0 no preference, 1 dark, 2 light.
void Theme::followSystem(unsigned scheme) {
  if (scheme == 0 || systemDark_ == (scheme == 1)) return;
  systemDark_ = scheme == 1;
  if (mode_ == Mode::system) apply();
}

void Theme::setMode(Mode mode) {
  if (mode == mode_) return;
  mode_ = mode;
  apply();
}

void Theme::setTextScale(double scale) {
  scale = std::clamp(scale, 1.0, 2.0);
  if (scale == textScale_) return;
  textScale_ = scale;
  QApplication::setStyle(new ScaledStyle(textScale_));
  apply();
}

int Theme::px(double n) const {
  return static_cast<int>(std::lround(n * textScale_));
}

QFont Theme::font(Font which) const {
  QFont font = base_;
  const double size = base_.pointSizeF() * textScale_;
  font.setPointSizeF(size);
  switch (which) {
    case Font::small:
      font.setPointSizeF(size * 0.88);
      break;
    case Font::body:
      break;
    case Font::strong:
      font.setWeight(QFont::DemiBold);
      break;
    case Font::title:
      font.setPointSizeF(size * 1.15);
      font.setWeight(QFont::DemiBold);
      break;
    case Font::display:
      font.setPointSizeF(size * 1.6);
      font.setWeight(QFont::DemiBold);
      break;
    case Font::fixed:
      font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
      font.setPointSizeF(size * 0.94);
      break;
  }
  return font;
}

QIcon Theme::icon(const QString& name) const {
  return QIcon(new TintedIcon(*this, name));
}

QPixmap Theme::pixmap(const QString& name, const QColor& color, int size, double ratio) const {
  const QString key =
      QStringLiteral("%1|%2|%3|%4").arg(name, color.name(QColor::HexArgb)).arg(size).arg(ratio);
  QPixmap result;
  if (QPixmapCache::find(key, &result)) return result;
  const int pixels = std::max(1, static_cast<int>(std::ceil(size * ratio)));
  result = QPixmap(pixels, pixels);
  result.fill(Qt::transparent);
  {
    QPainter painter(&result);
    QSvgRenderer svg(QStringLiteral(":/icons/%1.svg").arg(name));
    svg.render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(result.rect(), color);
  }
  result.setDevicePixelRatio(ratio);
  QPixmapCache::insert(key, result);
  return result;
}

void Theme::apply() {
  dark_ = mode_ == Mode::dark || (mode_ == Mode::system && systemDark_);
  colors_ = dark_ ? darkColors() : lightColors();
  const Colors& c = colors_;
  QPalette palette;
  palette.setColor(QPalette::Window, c.surface);
  palette.setColor(QPalette::WindowText, c.text);
  palette.setColor(QPalette::Base, c.raised);
  palette.setColor(QPalette::AlternateBase, c.surface);
  palette.setColor(QPalette::Text, c.text);
  palette.setColor(QPalette::PlaceholderText, c.textSoft);
  palette.setColor(QPalette::Button, c.raised);
  palette.setColor(QPalette::ButtonText, c.text);
  palette.setColor(QPalette::BrightText, c.bad);
  palette.setColor(QPalette::Highlight, c.accent);
  palette.setColor(QPalette::HighlightedText, c.onAccent);
  palette.setColor(QPalette::Link, c.accent);
  palette.setColor(QPalette::LinkVisited, c.accent);
  palette.setColor(QPalette::ToolTipBase, c.raised);
  palette.setColor(QPalette::ToolTipText, c.text);
  palette.setColor(QPalette::Light, c.hover);
  palette.setColor(QPalette::Midlight, c.hover);
  palette.setColor(QPalette::Mid, c.line);
  palette.setColor(QPalette::Dark, c.line);
  palette.setColor(QPalette::Shadow, c.line);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, c.textFaint);
  }
  QPixmapCache::clear();
  QApplication::setPalette(palette);
  QApplication::setFont(font(Font::body));
  QToolTip::setFont(font(Font::small));
  if (qApp != nullptr) qApp->setStyleSheet(styleSheet());
  emit changed();
}

// One sheet for the stock widgets; `@name` stands for a colour, `$n$` for a length.
QString Theme::styleSheet() const {
  QFile file(QStringLiteral(":/theme.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const Colors& c = colors_;
  const std::pair<const char*, QColor> names[] = {
      {"@window", c.window},     {"@surface", c.surface},
      {"@raised", c.raised},     {"@hover", c.hover},
      {"@pressed", c.pressed},   {"@line", c.line},
      {"@textSoft", c.textSoft}, {"@textFaint", c.textFaint},
      {"@text", c.text},         {"@accentSoft", c.accentSoft},
      {"@accent", c.accent},     {"@onAccent", c.onAccent},
      {"@goodSoft", c.goodSoft}, {"@good", c.good},
      {"@warnSoft", c.warnSoft}, {"@warn", c.warn},
      {"@badSoft", c.badSoft},   {"@bad", c.bad}};
  for (const auto& [name, color] : names) sheet.replace(QLatin1String(name), color.name());
  sheet.replace(QLatin1String("@mode"), QLatin1String(dark_ ? "dark" : "light"));
  QString scaled;
  for (qsizetype at = 0; at < sheet.size();) {
    const qsizetype begin = sheet.indexOf(QLatin1Char('$'), at);
    const qsizetype end = begin < 0 ? -1 : sheet.indexOf(QLatin1Char('$'), begin + 1);
    if (end < 0) {
      scaled += sheet.mid(at);
      break;
    }
    scaled += sheet.mid(at, begin - at);
    scaled += QString::number(px(sheet.mid(begin + 1, end - begin - 1).toDouble())) + "px";
    at = end + 1;
  }
  return scaled;
}

}  // namespace longtake::ui
