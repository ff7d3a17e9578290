// Declares Thumbnails: a small picture of each video, taken at a tenth of its length; asked of the
// engine when a row is first painted, the latest wish first, and kept in a bounded cache.
//
// Thread rule: GUI thread. Lifetime rule: the context outlives it.
#ifndef LONGTAKE_UI_LIBRARY_THUMBNAILS_H_
#define LONGTAKE_UI_LIBRARY_THUMBNAILS_H_

#include <QCache>
#include <QList>
#include <QObject>
#include <QPixmap>
#include <QSet>

#include "ui/base/context.h"

namespace longtake::ui {

class Thumbnails : public QObject {
  Q_OBJECT

 public:
  Thumbnails(Context& context, Shelf& shelf, QObject* parent = nullptr);

  // Null as long as there is none; ready() follows if one can be had.
  QPixmap of(qint64 video);

 signals:
  void ready(qint64 video);

 private:
  void next();

  Context& context_;
  Shelf& shelf_;
  QCache<qint64, QPixmap> pictures_;
  QList<qint64> wanted_;  // the last is the most urgent
  QSet<qint64> inFlight_;
  QSet<qint64> failed_;  // not asked for again before the file changes
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_THUMBNAILS_H_
