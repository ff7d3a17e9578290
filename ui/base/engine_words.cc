#include "ui/base/engine_words.h"

#include <QCoreApplication>
#include <QList>
#include <QStringList>
#include <optional>
#include <vector>

#include "ui/base/engine_patterns.h"

namespace longtake::ui {

namespace {

// "A sound track is left out: cars.mp4: the aac decoder does not accept it (Invalid argument).":
// nothing that the engine says is deeper than that.
constexpr int kDeepest = 3;

bool isPlace(QStringView text, qsizetype at) {
  return text[at] == u'%' && at + 1 < text.size() && text[at + 1] >= u'1' && text[at + 1] <= u'9';
}

struct Pattern {
  const EnginePattern* source;
  QStringList words;    // before, between and behind the places
  qsizetype known = 0;  // characters of them

  bool beginsWithName() const { return words.first().isEmpty(); }
};

Pattern taken(const EnginePattern& source) {
  Pattern pattern{&source, {QString()}};
  const QString text = QString::fromUtf8(source.engine);
  for (qsizetype i = 0; i < text.size(); ++i) {
    if (isPlace(text, i)) {
      pattern.words << QString();
      ++i;
    } else {
      pattern.words.last() += text[i];
      ++pattern.known;
    }
  }
  return pattern;
}

const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all = [] {
    std::vector<Pattern> list;
    for (const EnginePattern& source : enginePatterns()) list.push_back(taken(source));
    return list;
  }();
  return all;
}

// What stands in the places. The words are looked for from the end: names of files, which may
// contain anything, stand in front, so the last occurrence is the engine's own.
std::optional<QList<QStringView>> placesOf(const Pattern& pattern, QStringView said) {
  const QStringList& words = pattern.words;
  if (words.size() == 1) {
    return said == words.first() ? std::optional(QList<QStringView>()) : std::nullopt;
  }
  if (said.size() < pattern.known || !said.startsWith(words.first()) ||
      !said.endsWith(words.last())) {
    return std::nullopt;
  }
  QStringView rest = said.sliced(words.first().size()).chopped(words.last().size());
  QList<QStringView> places;
  for (qsizetype i = words.size() - 2; i > 0; --i) {
    const qsizetype at = rest.lastIndexOf(words[i]);
    if (at < 0) return std::nullopt;
    places.prepend(rest.sliced(at + words[i].size()));
    rest = rest.first(at);
  }
  places.prepend(rest);
  return places;
}

// In one go: what is put in is not looked at again, and may contain "%1".
QString filled(const QString& text, const QStringList& places) {
  QString result;
  for (qsizetype i = 0; i < text.size(); ++i) {
    if (isPlace(text, i)) {
      result += places.value(text[++i].digitValue() - 1);
    } else {
      result += text[i];
    }
  }
  return result;
}

struct Translation {
  QString text;
  qsizetype known = 0;  // characters of the sentence that are the engine's own
};

// By the pattern that knows most of the sentence; of equals, the table's first. behindName: the
// sentence stands behind a name, so it is not taken for one that begins with a name: the end of a
// file's name and the engine's words behind it would look like that.
Translation translated(QStringView said, int depth, bool behindName) {
  Translation best{said.toString()};
  for (const Pattern& pattern : patterns()) {
    if (behindName && pattern.beginsWithName()) continue;
    const auto found = placesOf(pattern, said);
    if (!found) continue;
    const EnginePattern& source = *pattern.source;
    qsizetype known = pattern.known;
    QStringList places;
    for (const QStringView place : *found) {
      if (places.size() + 1 == source.sentence && depth < kDeepest) {
        const Translation inner = translated(place, depth + 1, pattern.beginsWithName());
        places << inner.text;
        known += inner.known;
      } else {
        places << place.toString();
      }
    }
    if (known <= best.known) continue;
    const char* const text = source.desktop != nullptr ? source.desktop : source.engine;
    best = {filled(QCoreApplication::translate("Engine", text), places), known};
  }
  return best;
}

}  // namespace

QString engineText(const std::string& english) {
  return translated(QString::fromStdString(english), 1, false).text;
}

QString withHint(const QString& message, const QString& hint) {
  if (message.isEmpty() || hint.isEmpty()) return message + hint;
  return message + QLatin1String(message.endsWith(QLatin1Char('.')) ? " " : ". ") + hint;
}

}  // namespace longtake::ui
