// Declares Mpv: one libmpv core as a QObject. Commands and questions go down without waiting, what
// the core says comes up as signals. It reads no configuration, runs no scripts, draws nothing over
// the picture and listens to no keys; a file never makes it open an address.
//
// Thread rule: GUI thread; the core's own threads only post an event. Lifetime rule: whatever
// renders its pictures (VideoSurface) is deleted first.
#ifndef LONGTAKE_UI_PLAYER_MPV_H_
#define LONGTAKE_UI_PLAYER_MPV_H_

#include <mpv/client.h>

#include <QObject>
#include <QString>
#include <QStringList>
#include <QVariant>
#include <atomic>

namespace longtake::ui {

class Mpv : public QObject {
  Q_OBJECT

 public:
  explicit Mpv(QObject* parent = nullptr);
  ~Mpv() override;

  // False: libmpv could not be started; nothing else does anything then.
  bool isValid() const { return handle_ != nullptr; }
  mpv_handle* handle() const { return handle_; }

  // Runs a command, e.g. {"seek", "1.5", "absolute"}. `tag` comes back in commandFailed().
  void command(const QStringList& words, quint64 tag = 0);
  // A bool, an int, a double or a text.
  void set(const char* property, const QVariant& value);
  // From now on changed() tells the property's value: first the present one.
  void observe(const char* property);
  // Answered by answered(), behind every event that the core has sent so far.
  void ask(const char* property, quint64 tag);

 signals:
  // An invalid variant: the property has no value now.
  void changed(const QString& property, const QVariant& value);
  void answered(quint64 tag, const QVariant& value);
  void commandFailed(quint64 tag, const QString& reason);
  // Files are told apart by a number, which the answer to "loadfile" names.
  void fileQueued(qint64 file);
  void fileStarted(qint64 file);
  // After opening a file and after each seek: the new picture is there.
  void pictureReady();
  void fileFailed(qint64 file, const QString& reason);
  // A line of the core's own log, errors only: in English, for the details of a failure.
  void complained(const QString& line);

 protected:
  bool event(QEvent* event) override;

 private:
  void drain();
  void handle(const mpv_event& event);

  mpv_handle* handle_ = nullptr;
  std::atomic<bool> woken_ = false;  // an event is on its way already
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_MPV_H_
