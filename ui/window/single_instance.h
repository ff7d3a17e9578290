// Declares SingleInstance: one desktop per user and library; a second start hands its files to the
// first.
//
// Thread rule: GUI thread. Lifetime rule: the first process listens while it lives; a socket that a
// killed process left behind is taken over.
#ifndef LONGTAKE_UI_WINDOW_SINGLE_INSTANCE_H_
#define LONGTAKE_UI_WINDOW_SINGLE_INSTANCE_H_

#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace longtake::ui {

class SingleInstance : public QObject {
  Q_OBJECT

 public:
  // library: the folder that the instance is for.
  explicit SingleInstance(const QString& library, QObject* parent = nullptr);

  // True if another process is running: it has taken the addresses (absolute) and comes to the
  // front.
  bool handOver(const QStringList& addresses);
  // Becomes the one that listens. False if that fails; the program can run all the same.
  bool listen();

 signals:
  void opened(const QStringList& addresses);

 private:
  void serve();

  QString name_;
  QLocalServer server_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_SINGLE_INSTANCE_H_
