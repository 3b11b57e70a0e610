using System.Text;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>Writes pages: whole, with their length and headers, or begun before the rest is there.</summary>
internal static class PageAnswer
{
    private const string HtmlType = "text/html; charset=utf-8";

    /// <summary>A page.</summary>
    public static Task WriteAsync(HttpContext http, int status, Markup page)
    {
        PageHeaders.SetDashboard(http.Response.Headers);
        return WriteBytesAsync(http, status, page);
    }

    /// <summary>The beginning of a page whose length is not known yet: it is on its way when this is done.</summary>
    public static async Task BeginAsync(HttpContext http, Markup beginning)
    {
        PageHeaders.SetDashboard(http.Response.Headers);
        http.Response.ContentType = HtmlType;
        await GoOnAsync(http, beginning);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    /// <summary>More of a page that was begun.</summary>
    public static async Task GoOnAsync(HttpContext http, Markup part) =>
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(part.ToString()), http.RequestAborted);

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
        http.Response.ContentType = HtmlType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
