// Declares FileAdder: turns what was dropped, chosen or typed (files, folders, addresses) into
// videos of the library, one after the other, and reports what became of each.
//
// Thread rule: GUI thread; folders are walked in another one. Lifetime rule: the context outlives
// it.
#ifndef LONGTAKE_UI_LIBRARY_FILE_ADDER_H_
#define LONGTAKE_UI_LIBRARY_FILE_ADDER_H_

#include <QList>
#include <QObject>
#include <QStringList>
#include <QUrl>
#include <atomic>
#include <memory>

#include "ui/base/context.h"
#include "ui/library/file_walk.h"

namespace longtake::ui {

struct AddReport {
  struct Refused {
    QString name;
    QString what;  // the engine's words
    QString hint;
  };
  int added = 0;
  int known = 0;  // they were in the library already
  int others = 0;
  int left = 0;  // meant for a library that has been left
  bool cut = false;
  QStringList emptyFolders;
  QList<Refused> refused;

  // "3 videos added, 1 was there already." Empty if there is nothing to say.
  QString summary() const;
  // What is not as one would expect, a line each; empty if all is well.
  QStringList troubles() const;
};

class FileAdder : public QObject {
  Q_OBJECT

 public:
  explicit FileAdder(Context& context, QObject* parent = nullptr);
  ~FileAdder() override;

  void add(const QList<QUrl>& addresses);
  // Leaves out what has not been looked at yet.
  void cancel();
  bool isBusy() const { return walking_ > 0 || isAdding(); }
  int done() const { return done_; }
  int total() const { return done_ + static_cast<int>(waiting_.size()) + (isAdding() ? 1 : 0); }

 signals:
  void added(const longtake::store::Video& video, bool known);
  void progress();
  void finished(const longtake::ui::AddReport& report);

 private:
  bool isAdding() const { return !inHand_.isEmpty(); }
  void next();
  void end();

  Context& context_;
  QStringList waiting_;
  int walking_ = 0;
  QString inHand_;  // what the engine is looking at
  int done_ = 0;
  AddReport report_;
  std::shared_ptr<std::atomic<bool>> cancelled_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_FILE_ADDER_H_
