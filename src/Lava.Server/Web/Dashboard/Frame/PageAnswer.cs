using System.Text;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>Writes pages: whole, with their length and headers.</summary>
internal static class PageAnswer
{
    /// <summary>A page.</summary>
    public static Task WriteAsync(HttpContext http, int status, Markup page)
    {
        PageHeaders.SetDashboard(http.Response.Headers);
        return WriteBytesAsync(http, status, page);
    }

    /// <summary>A piece of a page, for a script.</summary>
    public static Task WriteFragmentAsync(HttpContext http, int status, Markup part)
    {
        PageHeaders.SetFragment(http.Response.Headers);
        return WriteBytesAsync(http, status, part);
    }

    /// <summary>Sends the browser to another page of this server.</summary>
    public static void SeeOther(HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = address;
    }

    private static async Task WriteBytesAsync(HttpContext http, int status, Markup markup)
    {
        var bytes = Encoding.UTF8.GetBytes(markup.ToString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
