from django.urls import path

from yizhan.messaging.web import views

app_name = "messaging"
urlpatterns = [path("demo/phone/", views.twin_phone, name="twin-phone")]
