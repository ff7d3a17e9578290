#include "ui/base/text.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>
#include <QTextDocument>
#include <cmath>

namespace longtake::ui {

namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kHour = 3600 * kSecond;
// Longer than any video, and far from overflow in every product here.
constexpr double kLongest = 1e9;

// Where free functions get their translations from.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Text)
};

}  // namespace

QString timeText(Micros time, int decimals, Micros whole) {
  const bool negative = time < 0;
  if (negative) time = -time;
  Micros unit = kSecond;
  for (int i = 0; i < decimals; ++i) unit /= 10;
  const Micros steps = time / unit;  // cut off, never rounded up: the time shown has been reached
  const Micros seconds = steps * unit / kSecond;
  const Micros hours = seconds / 3600;
  QString result = negative ? QStringLiteral("-") : QString();
  if (hours > 0 || whole >= kHour) {
    result += QStringLiteral("%1:%2:%3")
                  .arg(hours)
                  .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'))
                  .arg(seconds % 60, 2, 10, QLatin1Char('0'));
  } else {
    result += QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
  }
  if (decimals > 0) {
    const Micros perSecond = kSecond / unit;
    result += QStringLiteral(".%1").arg(steps % perSecond, decimals, 10, QLatin1Char('0'));
  }
  return result;
}

QString rangeText(TimeRange range, Micros whole) {
  return QStringLiteral("%1 – %2").arg(timeText(range.begin, 1, whole),
                                       timeText(range.end, 1, whole));
}

QString durationWords(Micros duration) {
  const Micros seconds = (duration + kSecond / 2) / kSecond;
  if (seconds < 60) return Words::tr("%1 s").arg(seconds);
  const Micros minutes = (seconds + 30) / 60;
  if (minutes < 60) return Words::tr("%1 min").arg(minutes);
  if (minutes % 60 == 0) return Words::tr("%1 h").arg(minutes / 60);
  return Words::tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString sizeText(qint64 bytes) {
  const QString size = QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
  return QString(size).replace(QLatin1Char(' '), QChar(0x00A0));  // never torn apart
}

QString speedText(double timesRealTime) {
  return Words::tr("%1×").arg(QLocale().toString(timesRealTime, 'f', timesRealTime < 10 ? 1 : 0));
}

QString plainTip(const QString& words) {
  return Qt::mightBeRichText(words) ? Qt::convertFromPlainText(words, Qt::WhiteSpaceNormal) : words;
}

std::optional<double> constantRate(const store::Video& video) {
  const QJsonObject info = QJsonDocument::fromJson(QByteArray::fromStdString(video.info)).object();
  if (info.value(QStringLiteral("variable_frame_rate")).toBool()) return std::nullopt;
  const double rate = info.value(QStringLiteral("rate_num")).toDouble() /
                      info.value(QStringLiteral("rate_den")).toDouble(1);
  if (!(rate > 0.1 && rate < 1000)) return std::nullopt;
  return rate;
}

std::optional<Micros> parseTime(const QString& typed, std::optional<double> framesPerSecond) {
  const QString text = typed.trimmed();
  static const QRegularExpression frame(QStringLiteral("^[fF]\\s*(\\d{1,12})$"));
  static const QRegularExpression clock(
      QStringLiteral("^(?:(\\d{1,5}):)?(?:(\\d{1,6}):)?(\\d{1,9}(?:[.,]\\d{1,9})?)$"));
  static const QRegularExpression timecode(
      QStringLiteral("^(\\d{1,5}):(\\d{1,2}):(\\d{1,2})[:;](\\d{1,3})$"));
  double seconds = 0;
  if (const auto match = frame.match(text); match.hasMatch()) {
    if (!framesPerSecond) return std::nullopt;
    // To the middle of the frame, so that rounding never lands on its neighbour.
    seconds = (match.captured(1).toDouble() + 0.5) / *framesPerSecond;
  } else if (const auto code = timecode.match(text); code.hasMatch()) {
    if (!framesPerSecond || code.captured(4).toDouble() >= std::ceil(*framesPerSecond)) {
      return std::nullopt;
    }
    const double whole = code.captured(1).toDouble() * 3600 + code.captured(2).toDouble() * 60 +
                         code.captured(3).toDouble();
    seconds = (whole * std::round(*framesPerSecond) + code.captured(4).toDouble() + 0.5) /
              *framesPerSecond;
  } else if (const auto time = clock.match(text); time.hasMatch()) {
    QString last = time.captured(3);
    last.replace(QLatin1Char(','), QLatin1Char('.'));
    seconds = last.toDouble();
    const QString first = time.captured(1);
    const QString second = time.captured(2);
    if (!first.isEmpty() && !second.isEmpty()) {
      seconds += first.toDouble() * 3600 + second.toDouble() * 60;
    } else if (!first.isEmpty()) {
      seconds += first.toDouble() * 60;
    }
  } else {
    return std::nullopt;
  }
  if (!(seconds >= 0 && seconds < kLongest)) return std::nullopt;
  return static_cast<Micros>(std::llround(seconds * kSecond));
}

}  // namespace longtake::ui
