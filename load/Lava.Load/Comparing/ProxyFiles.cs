namespace Lava.Load.Comparing;

/// <summary>Configurations of the other proxies: as plain as they go, connections kept on both sides, nothing logged.</summary>
internal static class ProxyFiles
{
    /// <summary>Processes of nginx, threads of haproxy: as many as the machine has processors.</summary>
    public static int Workers => Environment.ProcessorCount;

    /// <summary>nginx; what is asked for at the second port is not buffered.</summary>
    public static string Nginx(string work, int port, int streamPort, int provider) =>
        $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes {{Workers}};
        pid {{work}}/nginx.pid;
        error_log {{work}}/nginx.error.log warn;
        events { worker_connections 8192; }
        http {
          access_log off;
          client_body_temp_path {{work}}/nginx-body;
          proxy_temp_path {{work}}/nginx-proxy;
          fastcgi_temp_path {{work}}/nginx-fastcgi;
          uwsgi_temp_path {{work}}/nginx-uwsgi;
          scgi_temp_path {{work}}/nginx-scgi;
          keepalive_requests 1000000000;
          tcp_nodelay on;
          upstream provider {
            server 127.0.0.1:{{provider}};
            keepalive 1024;
            keepalive_requests 1000000000;
          }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          server {
            listen 127.0.0.1:{{port}};
            location / { proxy_pass http://provider; }
          }
          server {
            listen 127.0.0.1:{{streamPort}};
            location / { proxy_pass http://provider; proxy_buffering off; }
          }
        }
        """;

    public static string Haproxy(int port, int provider) =>
        $"""
        global
          nbthread {Workers}
          maxconn 8192
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          option http-keep-alive
          option http-no-delay
          http-reuse always
        frontend load
          bind 127.0.0.1:{port}
          default_backend provider
        backend provider
          server provider 127.0.0.1:{provider}

        """;
}
