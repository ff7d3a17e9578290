#include "ui/library/file_walk.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <algorithm>
#include <iterator>

namespace longtake::ui {

namespace {

constexpr int kMostFiles = 10'000;
constexpr int kMostFolders = 20'000;
constexpr int kDeepest = 16;

const char* const kSuffixes[] = {
    "mp4",  "m4v", "mov", "mkv", "webm", "avi", "wmv",  "asf",  "flv", "f4v", "mpg",  "mpeg",
    "mpe",  "m2v", "ts",  "mts", "m2ts", "vob", "ogv",  "3gp",  "3g2", "mxf", "divx", "rm",
    "rmvb", "y4m", "nut", "dv",  "h264", "264", "h265", "hevc", "ivf", "wtv"};

bool isVideoName(const QFileInfo& file) {
  const QByteArray suffix = file.suffix().toLower().toLatin1();
  return std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                     [&](const char* known) { return suffix == known; });
}

struct Walker {
  const std::shared_ptr<std::atomic<bool>>& cancelled;
  QCollator collator;
  FileWalk walk;
  int folders = 0;

  void into(const QString& folder, int depth) {
    if (depth > kDeepest || ++folders > kMostFolders) {
      walk.cut = true;
      return;
    }
    QFileInfoList entries =
        QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Readable,
                                   QDir::DirsLast | QDir::Name);
    std::stable_sort(entries.begin(), entries.end(), [this](const auto& a, const auto& b) {
      if (a.isDir() != b.isDir()) return b.isDir();
      return collator.compare(a.fileName(), b.fileName()) < 0;
    });
    for (const QFileInfo& entry : entries) {
      if (cancelled != nullptr && *cancelled) return;
      if (walk.files.size() >= kMostFiles) {
        walk.cut = true;
        return;
      }
      if (entry.isDir()) {
        if (!entry.isSymLink()) into(entry.absoluteFilePath(), depth + 1);
      } else if (isVideoName(entry)) {
        walk.files << entry.absoluteFilePath();
      } else {
        ++walk.others;
      }
    }
  }
};

}  // namespace

QCollator nameOrder() {
  // The locale "C" would compare letter codes, whatever else is asked of it.
  const QLocale locale;
  QCollator order(locale.language() == QLocale::C ? QLocale(QLocale::English) : locale);
  order.setNumericMode(true);
  order.setCaseSensitivity(Qt::CaseInsensitive);
  return order;
}

FileWalk walkFiles(const QStringList& paths, const std::shared_ptr<std::atomic<bool>>& cancelled) {
  Walker walker{cancelled, nameOrder(), {}};
  for (const QString& path : paths) {
    if (!QFileInfo(path).isDir()) {
      walker.walk.files << path;  // whatever it is: who names a file wants an answer about it
      continue;
    }
    const qsizetype before = walker.walk.files.size();
    walker.into(path, 0);
    if (walker.walk.files.size() == before) walker.walk.emptyFolders << path;
  }
  walker.walk.files.removeDuplicates();
  return walker.walk;
}

QString videoPatterns() {
  QStringList patterns;
  for (const char* suffix : kSuffixes) {
    patterns << QStringLiteral("*.%1").arg(QLatin1String(suffix));
    patterns << QStringLiteral("*.%1").arg(QString::fromLatin1(suffix).toUpper());
  }
  return patterns.join(QLatin1Char(' '));
}

}  // namespace longtake::ui
