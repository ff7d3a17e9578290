// Declares RemovalBox: asks whether videos are to be removed from the library, and says what is lost
// with them.
//
// Thread rule: GUI thread. Lifetime rule: deletes itself when closed; show it with open().
#ifndef LONGTAKE_UI_LIBRARY_REMOVAL_BOX_H_
#define LONGTAKE_UI_LIBRARY_REMOVAL_BOX_H_

#include <QMessageBox>

#include "ui/base/shelf.h"

namespace longtake::ui {

class RemovalBox : public QMessageBox {
  Q_OBJECT

 public:
  RemovalBox(const Shelf& shelf, const QList<qint64>& videos, QWidget* parent);

 signals:
  void confirmed();
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_REMOVAL_BOX_H_
