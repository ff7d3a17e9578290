// Declares AddressDialog: asks for the address of a stream.
//
// Thread rule: GUI thread. Lifetime rule: deletes itself when closed; show it with open().
#ifndef LONGTAKE_UI_LIBRARY_ADDRESS_DIALOG_H_
#define LONGTAKE_UI_LIBRARY_ADDRESS_DIALOG_H_

#include <QDialog>
#include <QUrl>

#include "ui/base/theme.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace longtake::ui {

class AddressDialog : public QDialog {
  Q_OBJECT

 public:
  explicit AddressDialog(const Theme& theme, QWidget* parent = nullptr);

  // An address that can be a stream's; empty if the text is none.
  static QUrl addressIn(const QString& text);

 signals:
  void chosen(const QUrl& address);

 private:
  void check();

  QLineEdit* edit_;
  QLabel* word_;
  QPushButton* open_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_ADDRESS_DIALOG_H_
