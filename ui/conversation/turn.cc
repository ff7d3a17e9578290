#include "ui/conversation/turn.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace longtake::ui {

namespace {

QJsonArray arrayFrom(const std::string& json) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(json)).array();
}

qint64 videoOf(const QJsonObject& object) {
  return object.value(QStringLiteral("video")).toInteger();
}

std::optional<TimeRange> rangeOf(const QJsonObject& object) {
  const QJsonValue begin = object.value(QStringLiteral("start_s"));
  const QJsonValue end = object.value(QStringLiteral("end_s"));
  if (!begin.isDouble() || !end.isDouble()) return std::nullopt;
  return TimeRange{from_seconds(begin.toDouble()), from_seconds(end.toDouble())};
}

bool isSame(const QuestionScope& a, const QuestionScope& b) {
  return a.video == b.video && a.range == b.range;
}

}  // namespace

bool Turn::isAbout(const QString& text, const std::vector<QuestionScope>& where) const {
  return question == text &&
         std::equal(scopes.begin(), scopes.end(), where.begin(), where.end(), isSame);
}

std::vector<QuestionScope> scopesFromJson(const std::string& json) {
  std::vector<QuestionScope> scopes;
  for (const QJsonValue& value : arrayFrom(json)) {
    const QJsonObject object = value.toObject();
    scopes.push_back({videoOf(object), rangeOf(object)});
  }
  return scopes;
}

std::vector<SeenRange> coverageFromJson(const std::string& json) {
  std::vector<SeenRange> coverage;
  for (const QJsonValue& value : arrayFrom(json)) {
    const QJsonObject object = value.toObject();
    if (const auto range = rangeOf(object)) coverage.push_back({videoOf(object), *range});
  }
  return coverage;
}

}  // namespace longtake::ui
