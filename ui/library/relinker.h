// Declares Relinker: tells the engine where the file of a video lies now: the user shows one, and
// others that are missing too are looked for beside it.
//
// Thread rule: GUI thread; files are looked at in another one. Lifetime rule: context and shelf
// outlive it.
#ifndef LONGTAKE_UI_LIBRARY_RELINKER_H_
#define LONGTAKE_UI_LIBRARY_RELINKER_H_

#include <QObject>
#include <QPointer>

#include "ui/base/context.h"
#include "ui/base/shelf.h"

class QFileDialog;

namespace longtake::ui {

class Relinker : public QObject {
  Q_OBJECT

 public:
  Relinker(Context& context, Shelf& shelf, QObject* parent = nullptr);

  // Asks in a dialog of `window`; nothing while one is open already.
  void ask(qint64 video, QWidget* window);

 signals:
  void found(const longtake::store::Video& video);
  // It is another video, or none; in the engine's words.
  void refused(const QString& what, const QString& hint);

 private:
  void relinkTo(qint64 video, const QString& file);
  void lookBeside(const QString& folder);

  Context& context_;
  Shelf& shelf_;
  QPointer<QFileDialog> dialog_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_RELINKER_H_
