// Declares FlowLayout: items of equal width in rows that fill the space, as many to a row as their
// least width allows; in the reading direction.
//
// Thread rule: GUI thread. Lifetime rule: owns its items, as every layout.
#ifndef LONGTAKE_UI_CONVERSATION_FLOW_LAYOUT_H_
#define LONGTAKE_UI_CONVERSATION_FLOW_LAYOUT_H_

#include <QLayout>
#include <QList>

namespace longtake::ui {

class FlowLayout : public QLayout {
 public:
  explicit FlowLayout(QWidget* parent = nullptr) : QLayout(parent) {}
  ~FlowLayout() override;

  // Pixels. An item is never wider than `most`, nor narrower than `least` unless the layout itself
  // is.
  void setItemWidths(int least, int most);

  void addItem(QLayoutItem* item) override { items_.append(item); }
  int count() const override { return static_cast<int>(items_.size()); }
  QLayoutItem* itemAt(int index) const override { return items_.value(index); }
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override { return arrange({0, 0, width, 0}, false); }
  QSize sizeHint() const override;
  QSize minimumSize() const override;
  void setGeometry(const QRect& rect) override;

 private:
  // Returns the height; moves the items only if `apply`.
  int arrange(const QRect& rect, bool apply) const;

  QList<QLayoutItem*> items_;
  int least_ = 100;
  int most_ = 200;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_FLOW_LAYOUT_H_
