#include "ui/base/settings.h"

#include <QCryptographicHash>
#include <QDir>
#include <QStandardPaths>
#include <algorithm>

namespace longtake::ui {

namespace {

QString defaultFile() {
  return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
         QStringLiteral("/longtake.ini");
}

QString defaultLibrary() {
  return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
         QStringLiteral("/longtake");
}

QList<qint64> ids(const QVariant& value) {
  QList<qint64> list;
  for (const QString& text : value.toStringList()) {
    bool ok = false;
    const qint64 id = text.toLongLong(&ok);
    if (ok && id > 0) list << id;
  }
  return list;
}

QStringList texts(const QList<qint64>& list) {
  QStringList result;
  for (const qint64 id : list) result << QString::number(id);
  return result;
}

// The word if it is one of those allowed, else the first: a settings file may be edited by hand.
QString oneOf(const QVariant& value, const QStringList& allowed) {
  const QString word = value.toString();
  return allowed.contains(word) ? word : allowed.first();
}

}  // namespace

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), store_(file.isEmpty() ? defaultFile() : file, QSettings::IniFormat) {}

void Settings::set(const QString& key, const QVariant& value) {
  if (store_.value(key) == value) return;
  store_.setValue(key, value);
  store_.sync();
  emit changed();
}

// Ids of videos, and the model, mean something in one library only: each but the default one has
// keys of its own. (A folder's path has characters that a key may not have.)
QString Settings::libraryKey(const QString& name) const {
  const QString folder = QDir::cleanPath(libraryFolder());
  if (folder == QDir::cleanPath(defaultLibrary())) return name;
  const QByteArray hash =
      QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Md5).toHex();
  return QStringLiteral("library_%1/%2").arg(QString::fromLatin1(hash.left(12)), name);
}

Theme::Mode Settings::themeMode() const {
  const QString word = oneOf(store_.value(QStringLiteral("theme")), {"system", "light", "dark"});
  return word == u"light" ? Theme::Mode::light
                          : (word == u"dark" ? Theme::Mode::dark : Theme::Mode::system);
}
void Settings::setThemeMode(Theme::Mode mode) {
  const char* const words[] = {"system", "light", "dark"};
  set(QStringLiteral("theme"), QString::fromLatin1(words[static_cast<int>(mode)]));
}
double Settings::textScale() const {
  return std::clamp(store_.value(QStringLiteral("text_scale"), 1.0).toDouble(), 1.0, 2.0);
}
void Settings::setTextScale(double scale) {
  set(QStringLiteral("text_scale"), scale);
}

QString Settings::libraryFolder() const {
  if (!thisRun_.library.isEmpty()) return thisRun_.library;
  const QString folder = store_.value(QStringLiteral("library")).toString();
  return folder.isEmpty() ? defaultLibrary() : folder;
}
void Settings::setLibraryFolder(const QString& folder) {
  thisRun_.library.clear();
  set(QStringLiteral("library"), folder);
}
QString Settings::device() const {
  const QVariant word =
      thisRun_.device.isEmpty() ? store_.value(QStringLiteral("device")) : thisRun_.device;
  return oneOf(word, {"auto", "cpu", "cuda"});
}
void Settings::setDevice(const QString& device) {
  thisRun_.device.clear();
  set(QStringLiteral("device"), device);
}
QString Settings::codec() const {
  return oneOf(store_.value(QStringLiteral("codec")), {"int8", "int4", "bf16"});
}
void Settings::setCodec(const QString& codec) {
  set(QStringLiteral("codec"), codec);
}
QString Settings::weights() const {
  return oneOf(store_.value(QStringLiteral("weights")), {"auto", "f32", "bf16", "int8", "int4", "fp8"});
}
void Settings::setWeights(const QString& weights) {
  set(QStringLiteral("weights"), weights);
}

double Settings::framesPerSecond() const {
  return std::clamp(store_.value(QStringLiteral("fps"), 0.0).toDouble(), 0.0, 60.0);
}
void Settings::setFramesPerSecond(double fps) {
  set(QStringLiteral("fps"), fps);
}
QList<qint64> Settings::queue() const {
  return ids(store_.value(libraryKey(QStringLiteral("queue"))));
}
void Settings::setQueue(const QList<qint64>& videos) {
  set(libraryKey(QStringLiteral("queue")), texts(videos));
}
QList<qint64> Settings::paused() const {
  return ids(store_.value(libraryKey(QStringLiteral("paused"))));
}
void Settings::setPaused(const QList<qint64>& videos) {
  set(libraryKey(QStringLiteral("paused")), texts(videos));
}

int Settings::volume() const {
  return std::clamp(store_.value(QStringLiteral("volume"), 100).toInt(), 0, 130);
}
void Settings::setVolume(int volume) {
  set(QStringLiteral("volume"), volume);
}
qint64 Settings::position(qint64 video) const {
  return store_.value(libraryKey(QStringLiteral("position/%1").arg(video)), 0).toLongLong();
}
void Settings::setPosition(qint64 video, qint64 position) {
  set(libraryKey(QStringLiteral("position/%1").arg(video)), position);
}

QHash<QString, QList<QKeySequence>> Settings::shortcuts() const {
  QHash<QString, QList<QKeySequence>> result;
  const QString group = QStringLiteral("shortcuts/");
  for (const QString& key : store_.allKeys()) {
    if (!key.startsWith(group)) continue;
    const QString name = key.mid(group.size());
    result[name] = QKeySequence::listFromString(store_.value(key).toString());
    result[name].removeAll(QKeySequence());  // "": the action has no key
  }
  return result;
}
void Settings::setShortcuts(const QHash<QString, QList<QKeySequence>>& differences) {
  store_.beginGroup(QStringLiteral("shortcuts"));
  store_.remove(QString());
  for (auto it = differences.begin(); it != differences.end(); ++it) {
    store_.setValue(it.key(), QKeySequence::listToString(it.value()));
  }
  store_.endGroup();
  store_.sync();
  emit changed();
}

Settings::SortBy Settings::sortBy() const {
  const QString word = oneOf(store_.value(QStringLiteral("sort_by")), {"added", "name", "length"});
  return word == u"name" ? SortBy::name : (word == u"length" ? SortBy::length : SortBy::added);
}
void Settings::setSortBy(SortBy what) {
  const char* const words[] = {"added", "name", "length"};
  set(QStringLiteral("sort_by"), QString::fromLatin1(words[static_cast<int>(what)]));
}
bool Settings::sortReversed() const {
  return store_.value(QStringLiteral("sort_reversed"), false).toBool();
}
void Settings::setSortReversed(bool on) {
  set(QStringLiteral("sort_reversed"), on);
}

QByteArray Settings::layout(const QString& part) const {
  return store_.value(QStringLiteral("layout/") + part).toByteArray();
}
void Settings::setLayout(const QString& part, const QByteArray& state) {
  set(QStringLiteral("layout/") + part, state);
}

QString Settings::language() const {
  return store_.value(QStringLiteral("language")).toString();
}
void Settings::setLanguage(const QString& value) {
  set(QStringLiteral("language"), value);
}

QLocale Settings::locale() const {
  const QString code = language();
  return code.isEmpty() ? QLocale::system() : QLocale(code);
}
QString Settings::modelFolder() const {
  if (!thisRun_.model.isEmpty()) return thisRun_.model == u"nano" ? QString() : thisRun_.model;
  return store_.value(libraryKey(QStringLiteral("model"))).toString();
}
void Settings::setModelFolder(const QString& value) {
  thisRun_.model.clear();
  set(libraryKey(QStringLiteral("model")), value);
}
QStringList Settings::knownModels() const {
  return store_.value(QStringLiteral("models")).toStringList();
}
void Settings::setKnownModels(const QStringList& value) {
  set(QStringLiteral("models"), value);
}
bool Settings::keyframesOnly() const {
  return store_.value(QStringLiteral("keyframes_only"), false).toBool();
}
void Settings::setKeyframesOnly(bool value) {
  set(QStringLiteral("keyframes_only"), value);
}
qint64 Settings::diskQuota() const {
  return store_.value(QStringLiteral("disk_quota"), 0).toLongLong();
}
void Settings::setDiskQuota(qint64 value) {
  set(QStringLiteral("disk_quota"), value);
}
bool Settings::muted() const {
  return store_.value(QStringLiteral("muted"), false).toBool();
}
void Settings::setMuted(bool value) {
  set(QStringLiteral("muted"), value);
}
qint64 Settings::lastVideo() const {
  return store_.value(libraryKey(QStringLiteral("last_video")), 0).toLongLong();
}
void Settings::setLastVideo(qint64 value) {
  set(libraryKey(QStringLiteral("last_video")), value);
}
QString Settings::lastFolder() const {
  return store_.value(QStringLiteral("last_folder")).toString();
}
void Settings::setLastFolder(const QString& value) {
  set(QStringLiteral("last_folder"), value);
}
QString Settings::exportFolder(QStandardPaths::StandardLocation usual) const {
  for (const QString& folder : {store_.value(QStringLiteral("export_folder")).toString(),
                                QStandardPaths::writableLocation(usual)}) {
    if (!folder.isEmpty() && QFileInfo(folder).isDir()) return folder;
  }
  return QDir::homePath();
}
void Settings::setExportFolder(const QString& value) {
  set(QStringLiteral("export_folder"), value);
}
QString Settings::exportFormat() const {
  return store_.value(QStringLiteral("export_format")).toString();
}
void Settings::setExportFormat(const QString& name) {
  set(QStringLiteral("export_format"), name);
}
bool Settings::welcomed() const {
  return store_.value(QStringLiteral("welcomed"), false).toBool();
}
void Settings::setWelcomed(bool value) {
  set(QStringLiteral("welcomed"), value);
}

}  // namespace longtake::ui
